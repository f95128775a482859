import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { imagesOf } from '../../hooks/images.ts'
import { manifestFiles, raw } from '../../k8s/raw.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'
import { recordingCommands } from '../scripts/recording-commands.ts'

const test = suite('hooks/images.ts')
const files = manifestFiles(raw(DEFAULTS, 'run', { tag: 'abc', registry: '' }))
const MANIFESTS = [...files.values()].join('---\n')
const OURS = ['todo-assistant-stub:abc', 'todo-backend:abc', 'todo-frontend:abc', 'todo-mcp:abc']

test('what is loaded is ours alone, each once', () => {
  assert.equal(imagesOf('todo', MANIFESTS).sort(), OURS)
})

/** Runs it as Skaffold does, with the manifests on standard input. */
async function load(answers: Parameters<typeof recordingCommands>[1]) {
  const machine = await recordingCommands(['minikube'], answers)
  try {
    const minikube = { TODO_MINIKUBE: join(machine.path, 'minikube') }
    const child = spawn(process.execPath, ['--import', 'tsx', 'hooks/images.ts'], {
      cwd: CHECKOUT,
      env: {
        PATH: machine.path,
        HOME: machine.state,
        XDG_STATE_HOME: machine.state,
        TODO_ENV_FILE: '',
        ...minikube,
      },
    })
    child.stdin.end(MANIFESTS)
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    return { exitCode, stdout, stderr, calls: (await machine.calls()).map(({ argv }) => argv.join(' ')) }
  } finally {
    await machine.remove()
  }
}

test('loads what the Minikube does not have yet', async () => {
  const { exitCode, stdout, stderr, calls } = await load({
    'minikube image ls': { stdout: 'docker.io/library/todo-mcp:abc\ndocker.io/library/todo-backend:old\n' },
  })
  assert.equal([exitCode, stderr], [0, ''])
  assert.is(stdout, MANIFESTS, 'Skaffold deploys what is printed, to the letter')
  assert.equal(calls.sort(), [
    ...OURS.filter((image) => image !== 'todo-mcp:abc').map(
      (image) => `minikube image load ${image} --profile=minikube`,
    ),
    'minikube image ls --profile=minikube',
  ])
})

test('an image that cannot be loaded is refused with what Minikube said', async () => {
  const { exitCode, stderr } = await load({
    'minikube image load': { stderr: 'X no space left\n', exitCode: 1 },
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /could not be loaded into the cluster: X no space left\.\n {2}→ minikube image load/)
})

test.run()
