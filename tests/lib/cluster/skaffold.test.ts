import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { which } from 'zx/core'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('Skaffold, when what started it is told to end,')
const RUNNER = fileURLToPath(new URL('skaffold-runner.ts', import.meta.url))
let folder: string

test.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skaffold-'))
  for (const program of ['bash', 'sleep']) symlinkSync(await which(program), join(folder, program))
  // What bash starts in the background is deaf to SIGINT, as a stubborn hook is.
  const script = `#!/usr/bin/env bash
folder=\${BASH_SOURCE[0]%/*}
if [[ $1 == version ]]; then echo v2.24.0; exit; fi
trap 'echo SIGINT >> "$folder/told"; exit 0' INT
sleep 600 &
echo $! > "$folder/grandchild"
echo ready
wait
`
  writeFileSync(join(folder, 'skaffold'), script, { mode: 0o755 })
})
test.after.each(() => rmSync(folder, { recursive: true }))

/** Starts it, tells the process or its group to end, and waits for that. @returns the exit code and what it said */
async function ended(words: readonly string[], tell: (pid: number) => void) {
  const child = spawn(process.execPath, ['--import', 'tsx', RUNNER, ...words], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: folder, HOME: folder, XDG_STATE_HOME: folder },
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  await once(child.stdout, 'data')
  tell(child.pid ?? 0)
  const [code] = await once(child, 'close')
  return { code, said }
}

function told(): string {
  return readFileSync(join(folder, 'told'), 'utf8')
}

/** What has ended stays in the list until somebody asks for its exit code. */
function grandchild(): string {
  const pid = readFileSync(join(folder, 'grandchild'), 'utf8').trim()
  return spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.replace(/^Z.*\s*/, '')
}

for (const [signal, whom, sign] of [
  ['SIGINT', 'alone', 1],
  ['SIGINT', 'with its group', -1],
  ['SIGTERM', 'alone', 1],
  ['SIGHUP', 'with its group', -1],
] as const)
  test(`by ${signal} ${whom}, is told once, and nothing stays`, async () => {
    const { code, said } = await ended([], (pid) => process.kill(sign * pid, signal))
    assert.is(said, '')
    assert.is(code, 0)
    assert.is(told(), 'SIGINT\n')
    assert.is(grandchild(), '')
  })

test('by a failure of its own, is told all the same', async () => {
  const { code, said } = await ended(['fails'], () => undefined)
  assert.match(said, 'something fails')
  assert.is.not(code, 0)
  await eventually('Skaffold being told', 60, async () => told() === 'SIGINT\n')
})

test.run()
