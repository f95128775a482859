import { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ParseArgsConfig, parseArgs, stripVTControlCharacters, styleText } from 'node:util'
import { forgetWhatLedAstray } from './environment.ts'
import { noRoom } from './no-room.ts'
import { messageOf, Refusal } from './refusal.ts'

/** Standard output and error of a person's terminal, or of whatever reads us. */
export const say = (line: string) => console.log(line)
export const warn = (line: string) => console.error(colour('yellow', line, process.stderr))

/** Colours text on a terminal, and only there. */
export function colour(
  format: 'red' | 'green' | 'yellow' | 'dim',
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  // Node would look at standard output, whatever stream is meant.
  return stream.isTTY && !process.env.NO_COLOR
    ? styleText(format, text, { validateStream: false })
    : stripVTControlCharacters(text)
}

/**
 * Runs `main` when the file is what Node was started with; importing it does nothing.
 * A Refusal ends the process with its exit code and two lines on stderr, any other error with 70 (EX_SOFTWARE).
 *
 * @param url the file's `import.meta.url`
 * @param main takes the words of the command line, gives the exit code
 * @returns the same without a process: takes the words, prints an error as the process would, gives the exit code
 */
export function runCommand(
  url: string,
  main: (argv: string[]) => Promise<number | undefined>,
): (argv: readonly string[]) => Promise<number> {
  const command = (argv: readonly string[]) => main([...argv]).then((code) => code ?? 0, report)
  const entry = process.argv[1]
  if (entry && realpathSync(entry) === fileURLToPath(url)) {
    forgetWhatLedAstray()
    void start()
  }
  return command

  async function start(): Promise<void> {
    if (process.env.DEBUG) await printStarts()
    process.exitCode = await command(process.argv.slice(2))
  }
}

/** From now on prints what this process starts, to be pasted into a shell, and how it ended: no secret is among the words. */
async function printStarts(): Promise<void> {
  const { quote } = await import('zx/core')
  let count = 0
  subscribe('child_process', (started) => {
    if (!(started instanceof Object && 'process' in started && started.process instanceof ChildProcess))
      return
    const { process: child } = started
    const [number, began] = [++count, Date.now()]
    const print = (text: string) => console.error(colour('dim', `[${number}] ${text}`, process.stderr))
    // It has its words once it is made.
    queueMicrotask(() => print(`$ ${child.spawnargs.map(quote).join(' ')}`))
    child.once('exit', (code, signal) => print(`${signal ?? code} after ${Date.now() - began} ms`))
  })
}

/** A refusal as a person reads it, after a sign. */
export function refusalText({ message, cure }: Refusal, sign: string): string {
  return `${sign} ${message}\n  → ${cure}`
}

/** Prints an error the way a person reads it. @returns the exit code that goes with it */
export function report(error: unknown): number {
  if (error instanceof Refusal) {
    console.error(refusalText(error, colour('red', '✗', process.stderr)))
    if (process.env.DEBUG) console.error(error.stack)
    return error.exitCode
  }
  const full = noRoom(error)
  if (full) return report(full)
  const message = messageOf(error)
  console.error(
    `${colour('red', '✗', process.stderr)} ${message}\n  → run it again with DEBUG=1 to see where this comes from`,
  )
  if (process.env.DEBUG) console.error(error)
  return 70
}

/**
 * Reads a command line. `--help` prints the usage and ends the process with 0.
 *
 * @throws Refusal with exit code 2 on a flag or word that the usage does not have
 */
export function readFlags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: string[],
  usage: string,
  options: Options,
  allowPositionals = false,
) {
  if (argv.includes('--help') || argv.includes('-h')) {
    say(usage)
    process.exit(0)
  }
  return parseWords(argv, options, allowPositionals)
}

/** The same without a usage of its own. */
export function parseWords<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals })
  } catch (error) {
    const [sentence] = messageOf(error).split('. ')
    throw new Refusal(`${sentence?.replace(/\.?$/, '.')}`, 'see --help', 2)
  }
}

/** @throws Refusal with exit code 2 when the value is none of the choices */
export function oneOf<const Choice extends string>(
  flag: string,
  value: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === value)
  if (!choice)
    throw new Refusal(`${flag} is "${value}", which is none of ${choices.join(', ')}.`, 'see --help', 2)
  return choice
}
