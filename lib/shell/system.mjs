// npm runs this before it installs anything, and start.mjs before anything else: no program of ours works without.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problem = ofSystem()
  if (problem) {
    process.stderr.write(`✗ ${problem[0]}\n  → ${problem[1]}\n`)
    process.exit(1)
  }
}

/** @returns what is wrong with this machine, and its cure */
export function ofSystem() {
  if (process.platform === 'win32')
    return [
      'This runs on Linux and macOS, and on Windows in WSL2 only.',
      'wsl --install, and clone this there',
    ]
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const wanted = engines.node.replace('>=', '')
  if (process.versions.node.localeCompare(wanted, 'en', { numeric: true }) < 0)
    return [`Node ${process.versions.node} runs this; ${wanted} or newer is needed.`, 'install a newer one']
}
