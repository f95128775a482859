import { basename, dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const REASON =
  /SyntaxError|ModuleNotFoundError|ImportError|Module not found|ERR_MODULE_NOT_FOUND|Cannot find module|Parsing .* failed|Expected |Expression expected/

/**
 * Whether the loop has told a developer that a service does not serve a file, and why.
 *
 * @param said what the loop has said since the file was saved
 * @param files the file, or any of several that keep the service from serving
 */
export function told(said: string, service: string, files: readonly string[]): boolean {
  const plain = stripVTControlCharacters(said)
  const byService = new RegExp(String.raw`^[^a-z]*${service}\b`, 'm')
  return byService.test(plain) && REASON.test(plain) && files.some((file) => plain.includes(inOutput(file)))
}

/** A module goes by `app.edit_3` here and by `/app/conversation/edit_3.ts` there; most other names are not unique. */
function inOutput(file: string): string {
  const name = basename(file)
  const [module] = /^edit_\d+/.exec(name) ?? []
  return module ?? `${basename(dirname(file))}/${name}`
}
