import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { recordingCommands } from './recording-commands.ts'

const test = suite('npm run cluster')
const CLUSTER = fileURLToPath(new URL('../../scripts/cluster.ts', import.meta.url))
const CHECKOUT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))
const ON_PORT = fileURLToPath(new URL('cluster-on-port.ts', import.meta.url))

const COMMANDS = ['docker', 'minikube', 'kind', 'kubectl', 'skaffold']
const VERSIONS = {
  'minikube version': { stdout: 'v1.38.1\n' },
  'kind version': { stdout: 'kind v0.33.0 go1.26.1 linux/amd64\n' },
  'kubectl version': { stdout: 'Client Version: v1.36.3\n' },
  'skaffold version': { stdout: 'v2.24.0\n' },
}
const NO_PROFILE = { 'minikube profile list': { stdout: '{"invalid":[],"valid":[]}' } }
const STOPPED = { 'minikube status': { stdout: '{"Host":"Stopped"}', exitCode: 7 } }

function engine(memoryMiB: number, cpus = 8) {
  return { 'docker info': { stdout: `28.2.2 ${cpus} ${memoryMiB * 2 ** 20}\n` } }
}

function profile(config: { driver?: string; runtime?: string; ports?: string[] } = {}) {
  const valid = {
    Name: 'minikube',
    Config: {
      Driver: config.driver ?? 'docker',
      ExposedPorts: config.ports ?? ['127.0.0.1:30080:30080'],
      KubernetesConfig: { KubernetesVersion: 'v1.35.1', ContainerRuntime: config.runtime ?? 'docker' },
    },
  }
  return { 'minikube profile list': { stdout: JSON.stringify({ invalid: [], valid: [valid] }) } }
}

interface Machine {
  readonly commands?: readonly string[]
  readonly answers: Parameters<typeof recordingCommands>[1]
  readonly env?: Readonly<Record<string, string>>
  readonly port?: number
}

/** Runs the command on a machine that has the commands given and nothing else. */
async function run(argv: string[], { commands = COMMANDS, answers, env = {}, port }: Machine) {
  const machine = await recordingCommands(commands, { ...VERSIONS, ...answers })
  try {
    const words = port === undefined ? [CLUSTER, ...argv] : [ON_PORT, String(port), ...argv]
    const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: machine.path,
        HOME: machine.state,
        XDG_STATE_HOME: machine.state,
        TODO_RELEASE_MIRROR: 'http://127.0.0.1:1',
        ...env,
      },
    })
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    const calls = await machine.calls()
    const questions = /^(docker (info|inspect)|(minikube|kind|kubectl|skaffold) (version|profile|status|get))/
    const steps = calls.filter(({ argv }) => !questions.test(argv.join(' ')))
    return { stdout, stderr, exitCode, calls, steps, commands: steps.map(({ argv }) => argv.join(' ')) }
  } finally {
    await machine.remove()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : assertNever()
}

function assertNever(): never {
  throw new Error('a TCP server has an address')
}

test('up makes a Minikube that Skaffold can build into and a browser can reach', async () => {
  const port = await freePort()
  const { exitCode, stdout, steps } = await run(['up'], {
    answers: { ...engine(16_000), ...NO_PROFILE },
    port,
  })
  assert.equal(steps, [
    {
      argv: [
        'minikube',
        'start',
        '--profile=minikube',
        '--driver=docker',
        '--container-runtime=docker',
        '--cpus=4',
        '--memory=6144mb',
        `--ports=127.0.0.1:${port}:${port}`,
        '--mount',
        `--mount-string=${CHECKOUT}:/src`,
        '--wait=all',
      ],
      stdin: '',
    },
  ])
  assert.is(exitCode, 0)
  assert.match(stdout, /is up\. Context: minikube\./)
})

test('up asks for no more than the engine has', async () => {
  const { commands } = await run(['up'], {
    answers: { ...engine(3920, 2), ...NO_PROFILE },
    port: await freePort(),
  })
  assert.match(commands[0] ?? '', /--cpus=2 --memory=3408mb/)
})

test('up refuses an engine that is too small, before it fetches or starts anything', async () => {
  const { exitCode, stderr, commands } = await run(['up'], {
    commands: ['docker', 'minikube'],
    answers: { ...engine(2000), ...NO_PROFILE },
    port: await freePort(),
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /2000 MiB of memory.*needs 3584/)
  assert.equal(commands, [])
})

test('up leaves to Minikube what the shell exports for it', async () => {
  const { commands } = await run(['up'], {
    answers: { ...engine(2000), ...NO_PROFILE },
    env: {
      MINIKUBE_MEMORY: '1900mb',
      MINIKUBE_CPUS: '2',
      MINIKUBE_PORTS: '9000:9000',
      MINIKUBE_WAIT: 'none',
      MINIKUBE_MOUNT_STRING: '/projects:/projects',
    },
    port: await freePort(),
  })
  assert.equal(commands, ['minikube start --profile=minikube --driver=docker --container-runtime=docker'])
})

test('up with another driver asks no Docker engine for its size', async () => {
  const { exitCode, commands } = await run(['up'], {
    commands: ['minikube', 'kubectl', 'skaffold'],
    answers: NO_PROFILE,
    env: { MINIKUBE_DRIVER: 'kvm2' },
    port: await freePort(),
  })
  assert.is(exitCode, 0)
  assert.equal(commands, ['minikube start --profile=minikube --container-runtime=docker --wait=all'])
})

test('up says that it is up already, and starts nothing', async () => {
  const { exitCode, stdout, stderr, commands } = await run(['up'], {
    answers: { ...engine(16_000), ...profile() },
  })
  assert.is(exitCode, 0)
  assert.match(stdout, /is up already \(Kubernetes v1\.35\.1, docker driver, docker runtime\)/)
  assert.is(stderr, '')
  assert.equal(commands, [])
})

test('up starts a stopped cluster with what it was made with', async () => {
  const { exitCode, commands } = await run(['up'], {
    answers: { ...engine(16_000), ...profile(), ...STOPPED },
  })
  assert.is(exitCode, 0)
  assert.equal(commands, ['minikube start --profile=minikube --wait=all'])
})

test('up warns of a cluster that was made without the port', async () => {
  const { exitCode, stderr } = await run(['up'], {
    answers: { ...engine(16_000), ...profile({ ports: [] }) },
  })
  assert.is(exitCode, 0)
  assert.match(stderr, /without port 30080.*down --delete/)
})

for (const [what, config] of [
  ['driver kvm2', { driver: 'kvm2' }],
  ['container runtime containerd', { runtime: 'containerd' }],
] as const)
  test(`up refuses a profile made with the ${what}`, async () => {
    const { exitCode, stderr, commands } = await run(['up'], {
      answers: { ...engine(16_000), ...profile(config) },
    })
    assert.is(exitCode, 1)
    assert.ok(stderr.includes(`was made with the ${what}, and the stack needs docker`), stderr)
    assert.ok(stderr.includes('minikube delete --profile=minikube'), stderr)
    assert.equal(commands, [])
  })

test('up refuses a port that something listens on', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : assertNever()
  const { exitCode, stderr, commands } = await run(['up'], {
    answers: { ...engine(16_000), ...NO_PROFILE },
    port,
  })
  server.close()
  assert.is(exitCode, 1)
  assert.match(stderr, new RegExp(`Port ${port} of this machine is taken`))
  assert.equal(commands, [])
})

test('up fetches a tool that is missing before it starts anything', async () => {
  const { exitCode, stderr, commands } = await run(['up'], {
    commands: ['docker', 'minikube', 'kubectl'],
    answers: { ...engine(16_000), ...NO_PROFILE },
    port: await freePort(),
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /skaffold v2\.24\.0 could not be fetched from http:\/\/127\.0\.0\.1:1\//)
  assert.equal(commands, [])
})

for (const [code, sentence] of [
  [57, /as root.*\n.*MINIKUBE_FORCE=true/],
  [49, /cannot reach the internet/],
  [80, /minikube start ended with code 80/],
] as const)
  test(`up tells what Minikube's exit code ${code} means`, async () => {
    const { exitCode, stderr } = await run(['up'], {
      answers: { ...engine(16_000), ...NO_PROFILE, 'minikube start': { stderr: 'X boom\n', exitCode: code } },
      port: await freePort(),
    })
    assert.is(exitCode, 1)
    assert.match(stderr, /X boom/)
    assert.match(stderr, sentence)
  })

for (const word of ['up', 'down', 'status'])
  test(`${word} without a docker command says where to get one`, async () => {
    const { exitCode, stderr } = await run([word], { commands: ['minikube'], answers: NO_PROFILE })
    assert.is(exitCode, 1)
    assert.match(stderr, /no docker command on PATH\.\n {2}→ install Docker/)
  })

test('an engine that does not answer is named with its own words', async () => {
  const { exitCode, stderr, commands } = await run(['up'], {
    answers: {
      'docker info': {
        stdout: '  0 0\n',
        stderr: 'Cannot connect to unix:///x. Is the docker daemon running?\n',
        exitCode: 1,
      },
    },
  })
  assert.is(exitCode, 1)
  assert.match(
    stderr,
    /No Docker engine answers: Cannot connect to unix:\/\/\/x\. Is the docker daemon running\?\n/,
  )
  assert.equal(commands, [])
})

test('an engine that lets nobody in is cured by the group', async () => {
  const { stderr } = await run(['up'], {
    answers: {
      'docker info': { stderr: 'permission denied while trying to connect to the Docker API\n', exitCode: 1 },
    },
  })
  assert.match(stderr, /usermod -aG docker/)
})

test('down stops the cluster and says that the data is kept', async () => {
  const { exitCode, stdout, commands } = await run(['down'], {
    answers: { ...engine(16_000), ...profile() },
  })
  assert.is(exitCode, 0)
  assert.equal(commands, ['minikube stop --profile=minikube'])
  assert.match(stdout, /stopped, its data is kept/)
})

test('down --delete removes it, and says that the data went too', async () => {
  const { exitCode, stdout, commands } = await run(['down', '--delete'], {
    answers: { ...engine(16_000), ...profile(), ...STOPPED },
  })
  assert.is(exitCode, 0)
  assert.equal(commands, ['minikube delete --profile=minikube'])
  assert.match(stdout, /deleted, and its data with it/)
})

test('down with nothing there does nothing, fetches nothing and is content', async () => {
  const { exitCode, stdout, commands } = await run(['down', '--delete'], {
    commands: ['docker'],
    answers: engine(16_000),
  })
  assert.is(exitCode, 0)
  assert.match(stdout, /nothing to do/)
  assert.equal(commands, [])
})

for (const [name, answers, line, code] of [
  ['running', profile(), 'running (Kubernetes v1.35.1, docker driver, docker runtime)', 0],
  ['stopped', { ...profile(), ...STOPPED }, 'stopped (Kubernetes v1.35.1, docker driver, docker runtime)', 3],
  ['absent', NO_PROFILE, 'absent', 3],
] as const)
  test(`status of a cluster that is ${name} ends with ${code}`, async () => {
    const { exitCode, stdout, commands } = await run(['status'], {
      answers: { ...engine(16_000), ...answers },
    })
    assert.is(stdout, `Minikube profile "minikube": ${line}\n`)
    assert.is(exitCode, code)
    assert.equal(commands, [])
  })

test('status looks at the profile that the shell exports', async () => {
  const { stdout, exitCode } = await run(['status'], {
    answers: { ...engine(16_000), ...profile() },
    env: { MINIKUBE_PROFILE: 'other' },
  })
  assert.is(stdout, 'Minikube profile "other": absent\n')
  assert.is(exitCode, 3)
})

test('a Minikube that does not list its profiles is not taken for an empty one', async () => {
  const { exitCode, stderr } = await run(['status'], {
    answers: { ...engine(16_000), 'minikube profile list': { stderr: 'panic: boom\n', exitCode: 2 } },
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /does not say which profiles it has/)
})

test('kind gets a cluster with the port published on loopback', async () => {
  const port = await freePort()
  const { exitCode, stdout, steps } = await run(['up', '--provider', 'kind'], {
    answers: engine(16_000),
    port,
  })
  assert.is(exitCode, 0)
  assert.equal(steps[0]?.argv, ['kind', 'create', 'cluster', '--name=todo', '--config=-', '--wait=300s'])
  assert.equal(parse(steps[0]?.stdin ?? ''), {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        extraMounts: [{ hostPath: CHECKOUT, containerPath: '/src' }],
        extraPortMappings: [{ containerPort: port, hostPort: port, listenAddress: '127.0.0.1' }],
      },
    ],
  })
  assert.match(stdout, /Context: kind-todo/)
})

const NODE = {
  'kind get clusters': { stdout: 'other\ntodo\n' },
  'docker inspect': { stdout: 'true {"30080/tcp":[{"HostIp":"127.0.0.1"}]} kindest/node:v1.35.0@sha256:0\n' },
}

test('kind that runs is up already; status says which node image', async () => {
  const up = await run(['up', '--provider=kind'], { answers: { ...engine(16_000), ...NODE } })
  assert.is(up.exitCode, 0)
  assert.is(up.stderr, '')
  assert.equal(up.commands, [])
  const status = await run(['status', '--provider=kind'], { answers: { ...engine(16_000), ...NODE } })
  assert.is(status.stdout, 'kind cluster "todo": running (kindest/node:v1.35.0)\n')
})

test('kind is stopped by its container, and started by it again', async () => {
  const down = await run(['down', '--provider=kind'], { answers: { ...engine(16_000), ...NODE } })
  assert.equal(down.commands, ['docker stop todo-control-plane'])
  const stopped = { ...NODE, 'docker inspect': { stdout: 'false {"30080/tcp":[]} kindest/node:v1.35.0\n' } }
  const up = await run(['up', '--provider=kind'], { answers: { ...engine(16_000), ...stopped } })
  assert.is(up.exitCode, 0)
  assert.equal(
    up.steps.map(({ argv }) => argv.slice(0, 3).join(' ')),
    ['docker start todo-control-plane', 'docker exec todo-control-plane', 'kind export kubeconfig'],
  )
})

test('kind down --delete deletes it', async () => {
  const { commands } = await run(['down', '--delete', '--provider=kind'], {
    answers: { ...engine(16_000), ...NODE },
  })
  assert.equal(commands, ['kind delete cluster --name=todo'])
})

for (const argv of [['sideways'], [], ['up', '--provider=k3d'], ['up', '--delete'], ['up', '--nodes=3']])
  test(`"${argv.join(' ')}" is refused as called wrongly`, async () => {
    const { exitCode, stderr, calls } = await run(argv, { answers: {} })
    assert.is(exitCode, 2)
    assert.match(stderr, /see --help/)
    assert.equal(calls, [])
  })

test('--help tells the usage', async () => {
  const { exitCode, stdout } = await run(['--help'], { answers: {} })
  assert.is(exitCode, 0)
  assert.match(stdout, /up\|down\|status/)
})

test.run()
