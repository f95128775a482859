import { sections } from './sections.ts'

/** What became of one test file, or of one check. */
export interface FileResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  /** Tests that this machine cannot run. A file says why, in lines that begin with `not run:`. */
  readonly skipped: number
  readonly seconds: number
  /** Of each test that failed: its name and the first lines of why. */
  readonly failures: readonly (readonly string[])[]
}

/** How many lines tell why a test failed; the rest stands where the file's output does. */
const LINES_OF_WHY = 6

/** How the output of a suite tells which tests it ran. */
export type OutputKind = 'uvu' | 'pytest' | 'check'

/** How a suite ended. */
export interface SuiteEnd {
  /** No number where it was ended by a signal. */
  readonly exitCode: number | null
  readonly output: string
  readonly seconds: number
}

/**
 * Reads what a suite's files came to. Each of them is there, also those that it did not come to: a test that did not
 * run has failed, whatever the exit code, and a file without a test is no file of tests, unless it says why.
 *
 * @param files of the suite, in its own order
 */
export function resultsOf(kind: OutputKind, files: readonly string[], ended: SuiteEnd): FileResult[] {
  if (kind === 'check') return files.map((name) => checked(name, ended))
  return kind === 'uvu' ? ofUvu(files, ended) : ofPytest(files, ended)
}

function checked(name: string, { exitCode, seconds }: SuiteEnd): FileResult {
  const passed = exitCode === 0 ? 1 : 0
  return { name, passed, failed: 1 - passed, skipped: 0, seconds, failures: [] }
}

function ofUvu(files: readonly string[], ended: SuiteEnd): FileResult[] {
  const outputs = sections(ended.output)
  const results = files.map((name) => {
    const { text = '', seconds = 0 } = outputs.find(({ file }) => file === name) ?? {}
    const number = (what: string) => Number(new RegExp(`^ {2}${what}: +(\\d+)$`, 'm').exec(text)?.[1] ?? 0)
    const [passed, total] = [number('Passed'), number('Total')]
    if (total === 0 && /^not run: /m.test(text)) return { ...NOTHING, name, passed, skipped: 1, seconds }
    // A hook that fails ends its file without a word: what is missing is all that tells.
    return {
      name,
      passed,
      failed: passed === 0 ? Math.max(1, total) : total - passed,
      skipped: number('Skipped'),
      seconds,
      failures: failuresOf(text),
    }
  })
  return blamed(results, ended)
}

/** As uvu tells them: `FAIL  suite  "test"`, why, and where. */
function failuresOf(text: string): string[][] {
  return [
    ...text.matchAll(/^ {3}FAIL {2}[^\n]*?"([^\n]+)"\n(.*?)(?=\n {4}at |\n {3}FAIL |\n {2}Total: )/gms),
  ].map(([, name = '', why = '']) => [name, ...linesOf(why)])
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', lt: '<', gt: '>', amp: '&', '#10': '\n' }

function unescaped(text: string): string {
  return text.replace(/&([\w#]+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}

function linesOf(why: string): string[] {
  return why
    .split('\n')
    .filter((line) => line.trim())
    .slice(0, LINES_OF_WHY)
}

/** Pytest's report in the form of JUnit follows its other words. */
function ofPytest(files: readonly string[], ended: SuiteEnd): FileResult[] {
  const results = new Map<string, FileResult>()
  const cases = ended.output.matchAll(
    /<testcase classname="([\w.]+)" name="([^"]*)"[^>]* time="([\d.]+)"\s*(?:\/>|>(.*?)<\/testcase>)/gs,
  )
  for (const [, module = '', test = '', seconds, inside = ''] of cases) {
    const name = `apps/backend/${module.replace(/\.[A-Z].*$/, '').replaceAll('.', '/')}.py`
    const { passed, failed, skipped, seconds: before, failures } = results.get(name) ?? NOTHING
    const failure = /<(?:failure|error) message="([^"]*)"/.exec(inside)
    const [fails, skips] = [failure !== null, /<skipped\b/.test(inside)]
    results.set(name, {
      name,
      passed: passed + (fails || skips ? 0 : 1),
      failed: failed + (fails ? 1 : 0),
      skipped: skipped + (skips ? 1 : 0),
      seconds: before + Number(seconds),
      failures: failure
        ? [...failures, [unescaped(test), ...linesOf(unescaped(failure[1] ?? ''))]]
        : failures,
    })
  }
  if (results.size === 0) return blamed([{ ...NOTHING, name: files.join(' '), failed: 1 }], ended)
  return blamed([...results.values()], ended)
}

const NOTHING = { name: '', passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] }

/** A suite that ended badly without a failure that it named is a failure of its last file. */
function blamed(results: readonly FileResult[], { exitCode, seconds }: SuiteEnd): FileResult[] {
  const known = exitCode === 0 || results.some(({ failed }) => failed > 0)
  return results.map((result, index) => ({
    ...result,
    seconds: results.length === 1 ? seconds : result.seconds,
    failed: !known && index === results.length - 1 ? 1 : result.failed,
  }))
}
