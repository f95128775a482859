import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recordingCommands } from './recording-commands.ts'

const test = suite('npm run dev')
const DEV = fileURLToPath(new URL('../../scripts/dev.ts', import.meta.url))

const MINIKUBE = {
  Name: 'minikube',
  Config: {
    Driver: 'docker',
    ExposedPorts: ['127.0.0.1:30080:30080'],
    Nodes: [{ Name: '' }],
    KubernetesConfig: { KubernetesVersion: 'v1.35.1', ContainerRuntime: 'docker', ExtraOptions: null },
  },
}
const RUNNING = {
  'docker info': { stdout: `28.2.2 8 ${16_000 * 2 ** 20}\n` },
  'minikube version': { stdout: 'v1.38.1\n' },
  'minikube profile list': { stdout: JSON.stringify({ invalid: [], valid: [MINIKUBE] }) },
  'kubectl version': { stdout: 'Client Version: v1.36.3\n' },
  'kubectl --context minikube get nodes': { stdout: 'minikube' },
  'skaffold version': { stdout: 'v2.24.0\n' },
}

test('in a cluster, is refused where a forwarded port is taken, and leaves nothing behind', async () => {
  const stranger = createServer()
  // Whoever else has it serves as well.
  stranger.listen(8000, '127.0.0.1').on('error', () => undefined)
  const machine = await recordingCommands(['docker', 'minikube', 'kubectl', 'skaffold'], RUNNING)
  try {
    const child = spawn(process.execPath, ['--import', 'tsx', DEV, '--target', 'cluster'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: machine.path, HOME: machine.state, XDG_STATE_HOME: machine.state },
    })
    const [, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    assert.match(stderr, /✗ Port \d+ of this machine is taken, and the loop forwards it\.\n {2}→ end what/)
    assert.is(code, 1)
    const called = (await machine.calls()).map(({ argv }) => argv.join(' '))
    assert.not.ok(called.some((line) => line.startsWith('skaffold dev')))
    const left = readdirSync(machine.state, { recursive: true, encoding: 'utf8' })
    assert.not.ok(left.some((path) => path.endsWith('/lock')))
  } finally {
    stranger.close()
    await machine.remove()
  }
})

test.run()
