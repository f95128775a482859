import { relative, resolve } from 'node:path'

/** The commands that are about a stack. */
const COMMANDS = 'up|dev|loop|down|cluster|render|gate|secrets|smoke|db|bench|doctor|ask|sbom'

const COMMAND = new RegExp(`\\bnpm run (${COMMANDS})\\b(?![^—→\\n]*--stack)( --(?= ))?`, 'g')

/** Where the stack is that this process is about, and its settings; undefined where they are those that sentences name. */
let elsewhere: { readonly folder: string; readonly settings: string } | undefined

/**
 * From now on what is proposed is for this stack.
 *
 * @param checkout at whose top commands are typed
 * @param folder of a stack that is not the main one
 * @param settings its settings file
 */
export function proposeFor(checkout: string, folder: string | undefined, settings: string): void {
  const typed = (path: string) => relative(checkout, resolve(path))
  elsewhere = folder === undefined ? undefined : { folder: typed(folder), settings: typed(settings) }
}

/** A sentence whose commands and settings file are those of the stack that this process is about; what is so already stays. */
export function toTypeHere(sentence: string): string {
  if (!elsewhere) return sentence
  const { folder, settings } = elsewhere
  return sentence
    .replace(COMMAND, `npm run $1 -- --stack ${folder}`)
    .replace(/(?<![\w/.])\.env\.local\b/g, settings)
}
