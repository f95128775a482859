/** How a suite of several files tells them apart in what it says. */
const MARK = '::test file'

export const beginning = (file: string) => `${MARK} ${file}`
export const end = (seconds: number) => `${MARK} ended after ${seconds.toFixed(3)} s`

/** What one file said, and how long it took; without `seconds`, it did not come to its end. */
export interface Section {
  readonly file: string
  readonly text: string
  readonly seconds?: number
}

/** @returns a section for each file that began; what was said outside of all belongs to none */
export function sections(output: string): Section[] {
  const [, ...parts] = output.split(new RegExp(`^${MARK} (?!ended)`, 'm'))
  return parts.map((part) => {
    const [file = ''] = part.split('\n', 1)
    const [text = '', seconds] = part
      .slice(file.length + 1)
      .split(new RegExp(`^${MARK} ended after ([\\d.]+) s$`, 'm'))
    return { file, text, ...(seconds === undefined ? {} : { seconds: Number(seconds) }) }
  })
}
