import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { CHECKOUT, OF_A_STACK, stateBase } from './state-place.mjs'

/** Seconds in which a loop says that it has heard a command. */
const HEARS_IN = 10
/** The exit code where something was not within its time. */
const TIMED_OUT = 4

/**
 * Has a hook answered by the loop whose Skaffold started it, which has the hooks loaded.
 *
 * @param {string} socket of the loop
 * @param {string} program below the checkout
 * @returns {Promise<number | undefined>} the exit code; undefined where no loop answers, and the hook has to run by itself
 */
export function askForHook(socket, program) {
  return ask(socket, { ask: 'hook', program, argv: process.argv.slice(2) })
}

/**
 * Has a command of `npm run loop` run by the loop that it is about, which has everything loaded.
 *
 * @returns {Promise<number | undefined>} the exit code; undefined where no loop runs it, and it has to run by itself
 */
export async function askForCommand() {
  const argv = process.argv.slice(2)
  const state = argv.some((word) => word === '--help' || word === '-h') ? undefined : stateOf(argv)
  if (!state) return undefined
  const folder = process.env.INIT_CWD ?? process.cwd()
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
  return ask(join(state, 'loop.sock'), { ask: 'command', argv, folder, colour }, HEARS_IN)
}

/** @returns the state folder of the stack that is meant, where a loop of it has run */
function stateOf(argv) {
  const at = argv.findIndex((word) => word === '--stack' || word.startsWith('--stack='))
  const typed = argv[at]?.split('=')[1] ?? argv[at + 1] ?? ''
  try {
    const folder = realpathSync(
      at < 0 ? join(CHECKOUT, 'stack') : resolve(process.env.INIT_CWD ?? '.', typed),
    )
    return readdirSync(stateBase())
      .filter((name) => name.endsWith(OF_A_STACK))
      .map((name) => join(stateBase(), name))
      .find((state) => existsSync(join(state, 'loop.sock')) && folder === stackOf(state))
  } catch {
    return undefined
  }
}

/** @returns the folder of the stack whose loop has written there which it is */
function stackOf(state) {
  try {
    return readFileSync(join(state, 'stack'), 'utf8')
  } catch {
    return undefined
  }
}

/** @param patience seconds until its first word; it says itself how long the answer may take */
async function ask(socket, question, patience) {
  const client = connect(socket)
  // Who reads what we say may have enough of it.
  process.stdout.on('error', () => process.exit(0))
  let alarm
  const expect = (seconds) => {
    clearTimeout(alarm)
    alarm = seconds && setTimeout(giveUp, Math.min(seconds * 1000, 2 ** 31 - 1))
  }
  expect(patience)
  // Not there any more, or in its last moments.
  const failure = new Promise((end) => client.once('error', end))
  client.write(`${JSON.stringify({ version: 1, ...question })}\n`)
  const heard = (async () => {
    for await (const line of createInterface({ input: client })) {
      const { within, text, error, code } = messageIn(line)
      if (text !== undefined) process.stdout.write(`${text}\n`)
      else if (error !== undefined) process.stderr.write(`${error}\n`)
      else if (within !== undefined) expect(within)
      // It answers what it does not know otherwise.
      else return code
    }
  })()
  const code = await Promise.race([heard, failure.then(() => undefined)])
  expect()
  client.destroy()
  return code
}

/** Of a loop that ends in the middle of a line, nothing more is heard. */
function messageIn(line) {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

function giveUp() {
  process.stderr.write('✗ The loop does not answer.\n  → look at its terminal; fg goes on there\n')
  process.exit(TIMED_OUT)
}
