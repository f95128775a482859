import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { NamedProgram } from '../../../k8s/services.ts'
import { Refusal } from '../../shell/refusal.ts'
import { sha256 } from '../../shell/sha256.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import { servicesWithPackages } from '../packages/files.ts'
import { servicesOf } from '../saves.ts'
import type { FileContent } from './verdict.ts'

/**
 * A file as it is on the disk now, and what serves it.
 *
 * @param file absolute
 * @param broughtAs as what a file comes to what runs that is no source of a program
 * @throws Refusal where nothing of this loop serves such a file
 */
export function fileContent(
  file: string,
  services: readonly NamedProgram[],
  broughtAs: (path: string) => FileContent['brought'],
): FileContent {
  const path = relative(CHECKOUT, file)
  const serving = servicesOf(path, services)
  const brought = serving.length === 0 ? broughtAs(path) : undefined
  // Read before its time is asked: what is saved in between makes it younger than its content, never older.
  const content = read(file)
  const there = statSync(file, { throwIfNoEntry: false })
  if (there?.isDirectory()) throw new Refusal(`${path} is a folder.`, 'name a file in it', 2)
  if (serving.length === 0 && !brought)
    throw new Refusal(
      `Nothing of this loop serves ${path}.`,
      `name a file of ${services.map(({ directory }) => directory).join(', ')}, of the model or the settings`,
      2,
    )
  // What was moved here keeps the time at which it was written, and a removal is a change of the folder.
  const { mtimeMs, ctimeMs } = there ?? statSync(existing(dirname(file)))
  return {
    path,
    hash: content ? sha256(content) : '',
    at: Math.max(mtimeMs, ctimeMs),
    services: brought === 'packages' ? servicesWithPackages(path, services) : serving,
    brought,
  }
}

/** Undefined where it has gone meanwhile, too. */
function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}
