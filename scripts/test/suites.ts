import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { inOrder, usedBy } from './cluster-lanes.ts'
import type { TestPreparation } from './preparations.ts'
import type { Suite } from './run-suite.ts'
import { isIn, needsCluster } from './tiers.ts'

/** A suite, and what has to be there before it begins. */
export interface Planned extends Suite {
  readonly after: readonly TestPreparation[]
  readonly uses?: readonly string[]
  readonly weight?: number
  /** It brings up stacks, in a state folder of its own. */
  readonly bringsUp?: boolean
}

/** What runs the programs of both languages. */
export interface Tools {
  /** Of the tests' virtual environment. */
  readonly python: string
}

const bin = (name: string) => join(CHECKOUT, 'node_modules', '.bin', name)

/** Folders with Python of our own rooms. */
const OUTSIDE = ['lib/runtimes/python', 'tests/lib/runtimes/python']

/** Formatter, linter and type checker of both languages. */
export function checks({ python }: Tools): Planned[] {
  const check = (name: string, command: string[], after: TestPreparation[] = [], folder = '.'): Planned => ({
    name,
    files: [name],
    command,
    folder,
    kind: 'check',
    minutes: 5,
    after,
  })
  // Of all Python here, the rules are those of the backend.
  const folders = ['.', ...OUTSIDE.map((folder) => relative('apps/backend', folder))]
  const ruff = (...words: string[]) => [python, '-m', 'ruff', ...words, '--config=pyproject.toml', ...folders]
  const frontendTypes = [join(CHECKOUT, 'apps/frontend/node_modules/.bin/tsc'), '--noEmit']
  return [
    check('Python types', [python, '-m', 'mypy'], ['Python packages'], 'apps/backend'),
    check('TypeScript types', [bin('tsc'), '--noEmit'], ['frontend packages']),
    check("the frontend's types", frontendTypes, ['frontend packages'], 'apps/frontend'),
    check("the dashboard's types", [bin('tsc'), '--noEmit', '--project', 'lib/loop/dashboard/page']),
    check('TypeScript format and lint', [bin('biome'), 'ci', '--colors=off', '.']),
    check('Python format', ruff('format', '--check'), ['Python packages'], 'apps/backend'),
    check('Python lint', ruff('check'), ['Python packages'], 'apps/backend'),
  ]
}

interface Needs {
  readonly after: readonly TestPreparation[]
  readonly minutes: number
  readonly uses?: readonly string[]
  readonly weight?: number
  readonly bringsUp?: boolean
  /** Each file has a process of its own. */
  readonly apart?: boolean
}

const HOST = ['packages of the host target', 'frontend build'] as const

const BRINGS_UP: Needs = { after: HOST, minutes: 15, bringsUp: true, apart: true }

/** What the files of a folder need; of several that fit, the first counts. */
const NEEDS: readonly (readonly [start: string, Needs])[] = [
  [
    'tests/house/one-file',
    { after: ['packages of the host target', 'frontend packages'], minutes: 15, apart: true },
  ],
  ['tests/hooks/under-fire', { after: [], minutes: 20, apart: true }],
  ['tests/hooks/cut-short', { after: [], minutes: 10, apart: true }],
  ['tests/database/', { ...BRINGS_UP, after: [...HOST, 'PostgreSQL', "PostgreSQL's client"] }],
  ['apps/frontend/tests/page/', { after: ['frontend packages'], minutes: 2 }],
  ['apps/frontend/tests/', { after: ['PostgreSQL', 'frontend build'], minutes: 5, apart: true }],
  ['tests/lib/runtimes/python/lock', { after: ['Python packages'], minutes: 5, apart: true }],
  ['', { after: [], minutes: 5 }],
]

/** Suites of the test files of uvu: those of a folder share a process, unless they need much. */
export function uvuSuites(files: readonly string[]): Planned[] {
  const processes = new Map<string, string[]>()
  for (const file of inOrder(files)) {
    const name = needsOf(file).apart ? file : dirname(file)
    processes.set(name, [...(processes.get(name) ?? []), file])
  }
  return [...processes].map(([name, together]) => {
    const [first = ''] = together
    const driver = join(CHECKOUT, 'scripts/test/one-process.ts')
    const { apart: _, ...needs } = needsOf(first)
    return {
      name: together.length === 1 ? first : name,
      files: together,
      command: [process.execPath, '--import', 'tsx', driver, ...together],
      kind: 'uvu',
      ...needs,
    }
  })
}

function needsOf(file: string): Needs {
  // The cluster computes too: two of these are a load for two cores. What loads and hurts it is there alone.
  if (needsCluster(file))
    return {
      after: [],
      minutes: 30,
      apart: true,
      uses: usedBy(file),
      weight: isIn('cluster', file) ? 1.5 : Number.POSITIVE_INFINITY,
    }
  if (
    file.startsWith('tests/lib/host/') &&
    readFileSync(join(CHECKOUT, file), 'utf8').includes('host-target.ts')
  )
    return BRINGS_UP
  return NEEDS.find(([start]) => file.startsWith(start))?.[1] ?? { after: [], minutes: 5 }
}

/** Where test files of Python are run from, and what is there to be tested. */
const PYTHON_FOLDERS: readonly (readonly [folder: string, name: string, after: TestPreparation])[] = [
  ['apps/backend', 'backend and MCP server', 'PostgreSQL'],
  ['tests/lib/runtimes/python', "Python's reloader", 'Python packages'],
]

/** Two processes at a time, each with servers and a database of its own. */
export function pytestSuites(files: readonly string[], { python }: Tools): Planned[] {
  return PYTHON_FOLDERS.flatMap(([folder, name, after]) => {
    const own = files.filter((file) => file.startsWith(`${folder}/`))
    const [first] = own
    if (first === undefined) return []
    const apart = own.length > 1 ? ['--numprocesses=2', '--dist=loadfile'] : []
    return {
      name: own.length > 1 ? name : first,
      files: own,
      command: [python, '-m', 'pytest', ...apart, ...own.map((file) => relative(folder, file))],
      folder,
      kind: 'pytest' as const,
      minutes: 15,
      after: [after],
    }
  })
}
