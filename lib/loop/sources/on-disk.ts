import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import dockerignore from '@balena/dockerignore'
import type { NamedProgram } from '../../../k8s/services.ts'
import { sha256 } from '../../shell/sha256.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { Contents } from './difference.ts'

/** The files of a service's source folders that its image would get: those that no pattern beside its Dockerfile keeps out. */
export function onDisk({ directory, sources, build }: NamedProgram): Contents {
  const top = join(CHECKOUT, directory)
  const shipped = dockerignore
    .default()
    .add(readFileSync(join(CHECKOUT, `${build.dockerfile}.dockerignore`), 'utf8'))
    .createFilter()
  const paths = sources
    .flatMap((folder) => files(top, folder))
    .filter((path) => shipped(join(directory, path)))
  return new Map(paths.map((path) => [path, sha256(readFileSync(join(top, path)))]))
}

function files(top: string, folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(top, path)
    return entry.isFile() ? [path] : []
  })
}
