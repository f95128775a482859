import type { OutputKind } from './results.ts'
import { sections } from './sections.ts'

/** What a test has measured or counted, in words. */
export interface Figure {
  readonly file: string
  readonly text: string
}

/** @returns what follows `figure:` at the beginning of a line, or behind uvu's dots; of pytest, properties of that name */
export function figuresOf(kind: OutputKind, output: string): Figure[] {
  if (kind === 'uvu')
    return sections(output).flatMap(({ file, text }) =>
      [...text.matchAll(/(?:^|[•✘] )figure: (.+)$/gm)].map(([, figure = '']) => ({ file, text: figure })),
    )
  const cases = output.matchAll(
    /<testcase classname="tests\.(\w+)[^"]*"(?:(?!<\/testcase>).)*?<property name="figure" value="([^"]*)"/gs,
  )
  return [...cases].map(([, module = '', text = '']) => ({ file: `apps/backend/tests/${module}.py`, text }))
}
