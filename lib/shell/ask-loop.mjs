import { connect } from 'node:net'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * Has a hook answered by the loop whose Skaffold started it, which has the hooks loaded.
 *
 * @param {string} path of the loop's socket
 * @param {string} top of the checkout
 * @returns {Promise<number | undefined>} the exit code; undefined where no loop answers, and the hook has to run by itself
 */
export async function askLoop(path, top) {
  const [, file = '', ...argv] = process.argv
  const client = connect(path)
  // Not there any more, or in its last moments.
  const failure = new Promise((resolve) => client.once('error', resolve))
  client.write(`${JSON.stringify({ version: 1, ask: 'hook', program: relative(top, file), argv })}\n`)
  const heard = (async () => {
    for await (const line of createInterface({ input: client })) {
      const { text, code } = JSON.parse(line)
      // It answers a hook that it does not know otherwise.
      if (text === undefined) return code
      process.stdout.write(`${text}\n`)
    }
  })()
  const code = await Promise.race([heard, failure.then(() => undefined)])
  client.destroy()
  return code
}
