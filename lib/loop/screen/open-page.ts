import { spawn } from 'node:child_process'

/** Shows a page in the person's browser. @param otherwise is called where that cannot be */
export function openPage(url: string, otherwise: () => void): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  // A browser outlives the loop, and has no part in its terminal.
  spawn(program, [url], { stdio: 'ignore', detached: true })
    .on('error', otherwise)
    .on('exit', (code) => code !== 0 && otherwise())
    .unref()
}
