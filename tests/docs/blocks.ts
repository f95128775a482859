import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

/** What a reader of a document does: writes a file, or types commands. */
export type Block =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'commands'; readonly lines: readonly string[]; readonly inCluster: boolean }

/**
 * The fenced blocks of a document, from its top to its end: those of `sh` are commands, the others files, whose path
 * stands after the language. Commands of a block `sh cluster` need a cluster.
 *
 * @throws Error on one that is neither
 */
export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(join(CHECKOUT, document), 'utf8')
  return [...text.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language, title = '', body = '']) => {
      if (language === 'sh')
        return { kind: 'commands', lines: body.trim().split('\n'), inCluster: title === 'cluster' }
      if (!title.includes('/'))
        throw new Error(`${document}: a block of ${language} is no file, and no command`)
      return { kind: 'file', path: title, text: body }
    },
  )
}
