import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import type { Component } from './components.ts'

const Dependency = z.object({
  name: z.string(),
  /** Where several versions are locked, for one platform each. */
  version: z.string().optional(),
  extra: z.array(z.string()).default([]),
  marker: z.string().optional(),
})
type Dependency = z.infer<typeof Dependency>

const File = z.object({ hash: z.string().regex(/^sha256:[0-9a-f]{64}$/) })

const Package = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.array(Dependency).default([]),
  'optional-dependencies': z.record(z.string(), z.array(Dependency)).default({}),
  sdist: File.optional(),
  wheels: z.array(File).default([]),
})
type Package = z.infer<typeof Package>

/** What we use of a uv.lock: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile */
const Lock = z.object({ package: z.array(Package) })

/** The packages that a folder's uv.lock gives an installation without groups, as images have it. */
export function pythonComponents(folder: string): Component[] {
  return componentsOf(readFileSync(join(CHECKOUT, folder, 'uv.lock'), 'utf8'))
}

/**
 * @param text of a uv.lock, whose one package without files is the project
 * @returns a package is required unless each way to it has a marker that says where it is needed
 * @throws Error when it is no such file, or lacks a package that another needs: none may be left out
 */
export function componentsOf(text: string): Component[] {
  const locked = Lock.parse(parse(text)).package
  const isProject = ({ sdist, wheels }: Package) => !sdist && wheels.length === 0
  const [project, ...others] = locked.filter(isProject)
  if (!project || others.length > 0)
    throw new Error(`${others.map(({ name }) => name).join(', ') || 'A project'} has no file in uv.lock`)
  const needed = new Map<Package, 'required' | 'optional'>()
  const visited = new Set<string>()
  const need = (dependency: Dependency, always: boolean) => {
    const { name, version, extra, marker } = dependency
    const scope = always && !marker ? 'required' : 'optional'
    const seen = [name, version, scope, ...extra].join(' ')
    if (visited.has(seen)) return
    visited.add(seen)
    const matches = locked.filter((one) => one.name === name && (!version || one.version === version))
    if (matches.length !== 1) throw new Error(`uv.lock has ${matches.length} of ${name} ${version ?? ''}`)
    for (const one of matches) {
      if (needed.get(one) !== 'required') needed.set(one, scope)
      const further = extra.flatMap((name) => one['optional-dependencies'][name] ?? [])
      for (const next of [...one.dependencies, ...further]) need(next, scope === 'required')
    }
  }
  for (const dependency of project.dependencies) need(dependency, true)
  return locked.flatMap((one) => {
    const scope = needed.get(one)
    return scope ? [component(one, scope)] : []
  })
}

function component({ name, version, sdist, wheels }: Package, scope: 'required' | 'optional'): Component {
  const purl = `pkg:pypi/${name.replaceAll(/[._]/g, '-')}@${version}`
  const hashes = [...(sdist ? [sdist] : []), ...wheels].map(({ hash }) => hash.replace('sha256:', ''))
  return {
    type: 'library',
    name,
    version,
    'bom-ref': purl,
    purl,
    scope,
    externalReferences: [
      {
        type: 'distribution',
        url: purl,
        hashes: hashes.sort().map((content) => ({ alg: 'SHA-256', content })),
      },
    ],
  }
}
