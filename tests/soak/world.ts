import { LAYOUT, PLACES, type Place } from './places.ts'

/** What the edits have made of the checkout so far. Everything on disk and everything served follows from it. */
export interface World {
  /** Texts other than the repository's, by place. */
  readonly texts: Readonly<Record<string, string>>
  /** Places that take their text from a module. */
  readonly modules: Readonly<Record<string, { readonly name: string; readonly missing: boolean }>>
  /** Files that do not parse. */
  readonly broken: readonly string[]
  /** A page of our own, and the addresses under which it was before. */
  readonly page: { readonly folder: string; readonly text: string } | undefined
  readonly goneFolders: readonly string[]
  readonly stubMemory: number
  readonly logLevel: 'info' | 'debug' | 'warning'
  readonly locks: Readonly<Record<'backend' | 'frontend', number>>
}

export const UNTOUCHED: World = {
  texts: {},
  modules: {},
  broken: [],
  page: undefined,
  goneFolders: [],
  stubMemory: 64,
  logLevel: 'info',
  locks: { backend: 0, frontend: 0 },
}

const MODEL = { file: 'stack/stack.ts', memory: (mi: number) => `cpu: '25m', memory: '${mi}Mi'` }
const PYTHON_LOCK = 'apps/backend/uv.lock'
const PACKAGE = { file: 'apps/frontend/package.json', lock: 'apps/frontend/package-lock.json' }

/** The files that edits change and the repository has. */
export const EDITED_FILES: readonly string[] = [
  ...new Set(PLACES.map(({ file }) => file)),
  ...[MODEL.file, PYTHON_LOCK, PACKAGE.file, PACKAGE.lock],
]

/**
 * What is on disk in this world.
 *
 * @param originals the text of each of EDITED_FILES, as the repository has it
 * @returns every file that may differ from the repository, with its text
 * @throws Error when a file has not the text that a place is about
 */
export function filesOf(world: World, originals: ReadonlyMap<string, string>): Map<string, string> {
  const files = new Map(originals)
  const replace = (file: string, before: string, after: string) => {
    const text = files.get(file) ?? ''
    if (!text.includes(before)) throw new Error(`${file} has no ${before}: correct tests/soak/places.ts`)
    files.set(
      file,
      text.replace(before, () => after),
    )
  }
  for (const place of PLACES) {
    const text = world.texts[place.id] ?? place.original
    const module = world.modules[place.id]
    const before = place.written(place.original)
    if (!module || !place.module) {
      replace(place.file, before, place.written(text))
      continue
    }
    replace(place.file, before, place.module.line)
    replace(place.file, place.module.anchor, `${place.module.import(module.name)}\n${place.module.anchor}`)
    if (!module.missing) files.set(place.module.file(module.name), constant(place.file, text))
  }
  for (const file of world.broken)
    files.set(file, `${files.get(file)}\n${file.endsWith('.py') ? 'def broken(:' : 'const broken = = (;'}\n`)
  if (world.page) files.set(pageFile(world.page.folder), page(world.page.text))
  replace(MODEL.file, MODEL.memory(UNTOUCHED.stubMemory), MODEL.memory(world.stubMemory))
  if (world.logLevel !== UNTOUCHED.logLevel) files.set('.env.local', `LOG_LEVEL=${world.logLevel}\n`)
  if (world.locks.backend > 0) append(files, PYTHON_LOCK, `# edit ${world.locks.backend}\n`)
  if (world.locks.frontend > 0) {
    replace(PACKAGE.file, '{\n', `{\n  "description": "edit ${world.locks.frontend}",\n`)
    append(files, PACKAGE.lock, '\n'.repeat(world.locks.frontend))
  }
  return files
}

/** What somebody who looks from outside has to find. */
export type Expected =
  /**
   * `mayFail`: while one page is broken, Next answers 500 for all of the frontend, and the keys that tokens are checked
   * with are part of that.
   */
  | { readonly text: string; readonly mayFail: boolean }
  /** Not served, and the developer was told of this file; for a module that is gone, of either file. */
  | { readonly broken: readonly string[] }
  | 'not found'

/** What is to be seen in this world, by sight: a place as one of its services serves it, `mcp: health`. */
export function expected(world: World): Map<string, Expected> {
  const sights = new Map<string, Expected>()
  const brokenPage =
    world.broken.some((file) => file.startsWith('apps/frontend/')) ||
    PLACES.some(({ id, services }) => services.includes('frontend') && world.modules[id]?.missing)
  for (const place of PLACES)
    for (const service of place.services) {
      const broken = faults(world, place, service)
      const text = world.texts[place.id] ?? place.original
      sights.set(
        `${service}: ${place.id}`,
        broken.length > 0
          ? { broken }
          : { text, mayFail: brokenPage && (service === 'frontend' || place.needsToken === true) },
      )
    }
  const layout = world.broken.filter((file) => file === LAYOUT)
  if (world.page)
    sights.set(
      `frontend: /${world.page.folder}`,
      layout.length > 0 ? { broken: layout } : { text: world.page.text, mayFail: brokenPage },
    )
  for (const folder of brokenPage ? [] : world.goneFolders) sights.set(`frontend: /${folder}`, 'not found')
  sights.set('assistant-stub: memory', { text: `${world.stubMemory}Mi`, mayFail: false })
  sights.set('cluster: log level', { text: world.logLevel, mayFail: false })
  return sights
}

/** The files for which a service cannot serve a place: all that it imports, or what the one page is made of. */
function faults(world: World, place: Place, service: string): string[] {
  const missing = PLACES.flatMap(({ id, file, module }) => {
    const used = world.modules[id]
    return used?.missing && module ? [{ file, name: module.file(used.name) }] : []
  })
  const touches = (file: string) =>
    service === 'frontend'
      ? file === place.file || file === LAYOUT
      : PLACES.some((other) => other.file === file && other.services.some((name) => name === service))
  return [
    ...world.broken.filter(touches),
    ...missing.filter(({ file }) => touches(file)).map(({ name }) => name),
  ]
}

function constant(importer: string, text: string): string {
  return importer.endsWith('.py') ? `MARK = "${text}"\n` : `export const MARK = '${text}'\n`
}

function pageFile(folder: string): string {
  return `apps/frontend/src/app/${folder}/page.tsx`
}

function page(text: string): string {
  return `export default function Page() {\n  return <h1>${text}</h1>\n}\n`
}

function append(files: Map<string, string>, file: string, tail: string): void {
  files.set(file, `${files.get(file) ?? ''}${tail}`)
}
