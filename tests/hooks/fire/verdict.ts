import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Ended } from '../in-process.ts'

/** What no hook may ever show. */
export const SECRET = 'canary-3f9d1b7c5e2a4806b1d7'

/** @returns what is wrong with how a hook ended: nothing where it said in a sentence what it did or did not */
export function wrongEnd({ exitCode, stdout, stderr }: Ended): string[] {
  const said = stdout + stderr
  return [
    ...([0, 1, 2].includes(exitCode) ? [] : [`ended with ${exitCode}: ${stderr.slice(0, 300)}`]),
    ...(exitCode === 0 || /^✗ .+\n|^missing or outdated: /m.test(said)
      ? []
      : [`no sentence: ${said.slice(0, 300)}`]),
    ...(/^ {4}at .+:\d+/m.test(said) ? [`a stack trace: ${said.slice(0, 300)}`] : []),
    ...(said.includes(SECRET) ? ['shows a secret'] : []),
  ]
}

/** Every file below a folder, by path, with its bytes. */
export function filesBelow(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map()
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}

/** @returns what is half-made among files: YAML that is none, a partial file */
export function halfMade(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([name, text]) => {
    if (name.endsWith('.partial')) return [`${name} is left`]
    if (!/\.ya?ml$/.test(name) || name.includes('templates/')) return []
    const broken = parseAllDocuments(text).some((document) => document.errors.length > 0)
    return broken || text === '' ? [`${name} is no YAML`] : []
  })
}
