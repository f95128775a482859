import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { report } from '../../lib/shell/command.ts'
import { freePort, freePorts } from '../../lib/shell/free-port.ts'
import { openApplication } from '../../lib/stack/application.ts'
import { command as asTyped, cluster } from '../../scripts/cluster.ts'
import { command as dev } from '../../scripts/dev.ts'
import { command as down } from '../../scripts/down.ts'
import { command as up } from '../../scripts/up.ts'
import { type Command, type Ended, inProcess } from '../hooks/in-process.ts'
import { type Call, recordingCommands } from './recording-commands.ts'

const test = suite('npm run cluster')
const ON_PORT = fileURLToPath(new URL('cluster-on-port.ts', import.meta.url))
const CHECKOUT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** The file that a new cluster's API server encrypts Secrets by. */
const KEY = /secrets-[0-9a-f]{8}\.yaml/
const SKAFFOLD = fileURLToPath(new URL('../../skaffold.yaml', import.meta.url))
const KEY_NAME = 'secrets-N.yaml'
const ENCRYPTED = `--extra-config=apiserver.encryption-provider-config=/var/lib/minikube/certs/${KEY_NAME}`

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

interface Config {
  readonly driver?: string
  readonly runtime?: string
  readonly ports?: readonly string[]
  readonly encrypted?: boolean
  readonly nodes?: number
}

function profile({ driver, runtime, ports, encrypted = true, nodes = 1 }: Config = {}) {
  const encryption = { Component: 'apiserver', Key: 'encryption-provider-config', Value: '/a' }
  const valid = {
    Name: 'minikube',
    Config: {
      Driver: driver ?? 'docker',
      ExposedPorts: ports ?? ['127.0.0.1:30080:30080'],
      Nodes: Array.from({ length: nodes }, (_, index) => ({ Name: index > 0 ? `m0${index + 1}` : '' })),
      KubernetesConfig: {
        KubernetesVersion: 'v1.35.1',
        ContainerRuntime: runtime ?? 'docker',
        ExtraOptions: encrypted ? [encryption] : null,
      },
    },
  }
  return { 'minikube profile list': { stdout: JSON.stringify({ invalid: [], valid: [valid] }) } }
}

interface Machine {
  readonly commands?: readonly string[]
  readonly answers: Parameters<typeof recordingCommands>[1]
  readonly env?: Readonly<Record<string, string>>
  readonly port?: number
  readonly command?: Command
  /** In a process of its own: what it starts says to the terminal is told too. */
  readonly alone?: boolean
}

/** Runs the command on a machine that has the commands given and nothing else. */
async function run(
  argv: string[],
  { commands = COMMANDS, answers, env = {}, port, command = asTyped, alone }: Machine,
) {
  const machine = await recordingCommands(commands, { ...VERSIONS, ...answers })
  try {
    const variables = {
      PATH: machine.path,
      HOME: machine.state,
      XDG_STATE_HOME: machine.state,
      TODO_RELEASE_MIRROR: 'http://127.0.0.1:1',
      ...env,
    }
    const application = await openApplication()
    const { stdout, stderr, exitCode } = alone
      ? await asProcess([ON_PORT, String(port), ...argv], variables)
      : await inProcess(
          (words) =>
            port === undefined ? command(words) : cluster(application, [...words], port).catch(report),
          argv,
          variables,
          CHECKOUT,
        )
    const calls = (await machine.calls()).map(withoutKeyName)
    const questions = /^(docker (info|inspect)|(minikube|kind|kubectl|skaffold) (version|profile|status|get))/
    const steps = calls.filter(({ argv }) => !questions.test(argv.join(' ')))
    const keys = existsSync(machine.state)
      ? readdirSync(machine.state, { recursive: true, encoding: 'utf8' }).filter((path) => KEY.test(path))
      : []
    return {
      stdout,
      stderr,
      exitCode,
      calls,
      steps,
      commands: steps.map(({ argv }) => argv.join(' ')),
      keys: keys.map((path) => ({
        path: path.replace(KEY, KEY_NAME),
        mode: statSync(join(machine.state, path)).mode & 0o777,
        text: readFileSync(join(machine.state, path), 'utf8'),
      })),
    }
  } finally {
    await machine.remove()
  }
}

async function asProcess(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { stdout, stderr, exitCode }
}

/** Key files have names of their own; what calls say of them is brought to one name. */
function withoutKeyName({ argv, stdin, ...call }: Call): Call {
  const named = (text: string) => text.replace(KEY, KEY_NAME)
  return { ...call, argv: argv.map(named), stdin: named(stdin) }
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
        ENCRYPTED,
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
  assert.equal(commands, [
    `minikube start --profile=minikube --driver=docker --container-runtime=docker ${ENCRYPTED}`,
  ])
})

test('up with another driver asks no Docker engine for its size', async () => {
  const { exitCode, commands } = await run(['up'], {
    commands: ['minikube', 'kubectl', 'skaffold'],
    answers: NO_PROFILE,
    env: { MINIKUBE_DRIVER: 'kvm2' },
    port: await freePort(),
  })
  assert.is(exitCode, 0)
  assert.equal(commands, [
    `minikube start --profile=minikube --container-runtime=docker ${ENCRYPTED} --wait=all`,
  ])
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

test('a new cluster gets a key that only its owner may read and that is in no command and no message', async () => {
  const { keys, calls, stdout, stderr } = await run(['up'], {
    answers: { ...engine(16_000), ...NO_PROFILE },
    port: await freePort(),
  })
  assert.equal(
    keys.map(({ path, mode }) => [path, mode.toString(8)]),
    [[`.minikube/files/var/lib/minikube/certs/${KEY_NAME}`, '600']],
  )
  const [{ secret }] = parse(keys[0]?.text ?? '').resources[0].providers[0].secretbox.keys
  assert.is(Buffer.from(secret, 'base64').length, 32)
  assert.not.ok(JSON.stringify([calls, stdout, stderr]).includes(secret))
})

for (const home of ['elsewhere', 'elsewhere/.minikube'])
  test(`the key goes where Minikube looks when MINIKUBE_HOME is ${home}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minikube-home-'))
    await run(['up'], {
      answers: { ...engine(16_000), ...NO_PROFILE },
      env: { MINIKUBE_HOME: join(folder, home) },
      port: await freePort(),
    })
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => KEY.test(path))
    await rm(folder, { recursive: true })
    assert.equal(
      made.map((path) => path.replace(KEY, KEY_NAME)),
      [`elsewhere/.minikube/files/var/lib/minikube/certs/${KEY_NAME}`],
    )
  })

test('no key is made for a cluster that is there, or cannot be had', async () => {
  const there = await run(['up'], { answers: { ...engine(16_000), ...profile(), ...STOPPED } })
  const refused = await run(['up'], { answers: { ...engine(2000), ...NO_PROFILE }, port: await freePort() })
  assert.equal([there.exitCode, ...there.keys, refused.exitCode, ...refused.keys], [0, 1])
})

for (const word of ['up', 'status'])
  test(`${word} says of a cluster made without encryption that its Secrets can be read`, async () => {
    const { exitCode, stderr } = await run([word], {
      answers: { ...engine(16_000), ...profile({ encrypted: false }) },
    })
    assert.is(exitCode, 0)
    assert.match(stderr, /^It was made without encryption: its Secrets are readable.*down --delete.*\n$/)
  })

test('up --nodes 3 makes nodes that share engine, checkout, port and volumes', async () => {
  const port = await freePorts(3)
  const { exitCode, steps, commands } = await run(['up', '--nodes', '3'], {
    answers: { ...engine(16_000), ...NO_PROFILE },
    port,
  })
  assert.is(exitCode, 0)
  assert.equal(steps[0], {
    argv: [
      'minikube',
      'start',
      '--profile=minikube',
      '--driver=docker',
      '--container-runtime=docker',
      '--nodes=3',
      '--cpus=4',
      '--memory=5162mb',
      '--mount',
      `--mount-string=${CHECKOUT}:/src`,
      ENCRYPTED,
      '--wait=all',
    ],
    stdin: '',
    ports: `127.0.0.1:${port}-${port + 2}:${port}`,
  })
  assert.equal(commands.slice(1), [
    'minikube addons disable default-storageclass --profile=minikube',
    'minikube addons enable storage-provisioner-rancher --profile=minikube',
  ])
})

test('up --nodes refuses an engine that is too small for so many', async () => {
  const { exitCode, stderr, commands } = await run(['up', '--nodes=3'], {
    answers: { ...engine(6000), ...NO_PROFILE },
    port: await freePorts(3),
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /6000 MiB of memory, and 3 nodes need 6656/)
  assert.equal(commands, [])
})

test('up --nodes refuses a port that a further node would need', async () => {
  const port = await freePorts(3)
  const server = createServer().listen(port + 2, '127.0.0.1')
  await once(server, 'listening')
  const { exitCode, stderr, commands } = await run(['up', '--nodes=3'], {
    answers: { ...engine(16_000), ...NO_PROFILE },
    port,
  })
  server.close()
  assert.is(exitCode, 1)
  assert.match(stderr, new RegExp(`Port ${port + 2} of this machine is taken`))
  assert.equal(commands, [])
})

test('up --nodes leaves a cluster of so many alone, and refuses one of another number', async () => {
  const same = await run(['up', '--nodes=3'], { answers: { ...engine(16_000), ...profile({ nodes: 3 }) } })
  assert.equal([same.exitCode, same.commands], [0, []])
  assert.match(same.stdout, /is up already \(.*, 3 nodes\)/)
  const other = await run(['up', '--nodes=3'], { answers: { ...engine(16_000), ...profile() } })
  assert.is(other.exitCode, 1)
  assert.match(other.stderr, /has 1 node, and 3 were asked for\.\n {2}→ .*down --delete.*--nodes 3/)
  assert.equal(other.commands, [])
})

test('npm run up refuses a Minikube of several nodes, for which Skaffold does not build', async () => {
  const { exitCode, stderr, commands } = await run(['--target=cluster'], {
    answers: { ...engine(16_000), ...profile({ nodes: 3 }) },
    command: up,
  })
  assert.is(exitCode, 1)
  assert.match(
    stderr,
    /has 3 nodes, and Skaffold builds for a Minikube of one only\.\n {2}→ .*choose-a-cluster/,
  )
  assert.equal(commands, [])
})

for (const [state, answers, first] of [
  ['new', NO_PROFILE, ['minikube start']],
  ['stopped', { ...profile(), ...STOPPED }, ['minikube start']],
  ['running', profile(), []],
] as const)
  test(`up --addons switches them on in a cluster that is ${state}`, async () => {
    const { exitCode, commands } = await run(['up', '--addons', 'ingress,metrics-server'], {
      answers: { ...engine(16_000), ...answers },
      port: await freePort(),
    })
    assert.is(exitCode, 0)
    assert.equal(
      commands.map((command) => command.replace(/(minikube start) .*/, '$1')),
      [
        ...first,
        'minikube addons enable ingress --profile=minikube',
        'minikube addons enable metrics-server --profile=minikube',
      ],
    )
  })

test('up warns of a cluster that was made without the port', async () => {
  const { exitCode, stderr } = await run(['up'], {
    answers: { ...engine(16_000), ...profile({ ports: [] }) },
  })
  assert.is(exitCode, 0)
  assert.match(stderr, /without port 30080.*down --delete/)
})

test('up refuses a profile made with another driver', async () => {
  const { exitCode, stderr, commands } = await run(['up'], {
    answers: { ...engine(16_000), ...profile({ driver: 'kvm2' }) },
  })
  assert.is(exitCode, 1)
  assert.match(
    stderr,
    /was made with the driver kvm2, and docker is asked for.*\n {2}→ export MINIKUBE_DRIVER=kvm2/,
  )
  assert.equal(commands, [])
})

for (const [runtime, loads] of [
  ['docker', false],
  ['containerd', true],
  ['cri-o', true],
] as const)
  test(`a Minikube that was made with ${runtime} is used, ${loads ? 'and images are loaded into it' : 'and built into'}`, async () => {
    const answers = { ...engine(16_000), ...profile({ runtime }) }
    const there = await run(['up'], { answers })
    assert.equal([there.exitCode, there.commands], [0, []])
    assert.match(there.stdout, `is up already (Kubernetes v1.35.1, docker driver, ${runtime} runtime)`)
    for (const [argv, command, words] of [
      [['--target=cluster'], up, 'skaffold run'],
      [['--target=cluster'], down, 'skaffold delete'],
    ] as const) {
      const { exitCode, stderr, steps } = await run([...argv], { answers, command })
      assert.is(exitCode, 0, stderr)
      const isLoaded = loads && words === 'skaffold run'
      const line = [words, `--filename=${SKAFFOLD}`, ...(isLoaded ? ['--profile=loaded'] : [])].join(' ')
      const skaffold = steps.find(({ argv }) => argv.join(' ') === line)
      assert.ok(skaffold, line)
      assert.is(skaffold.isHidden ?? false, loads)
    }
  })

/** Settings that name a cluster, and the kubeconfig that has it, or not. */
async function withContext(name: string, isThere: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'context-'))
  const file = join(folder, 'env')
  await writeFile(file, `KUBE_CONTEXT=${name}\n`)
  const config = {
    contexts: isThere ? [{ name, context: { cluster: name } }] : [],
    clusters: isThere ? [{ name, cluster: { server: 'https://127.0.0.1:6443' } }] : [],
  }
  return {
    env: { TODO_ENV_FILE: file },
    answers: {
      ...engine(16_000),
      ...NO_PROFILE,
      [`kubectl --context ${name} config view`]: { stdout: JSON.stringify(config) },
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** What makes, starts or changes a cluster. */
const makes = (commands: readonly string[]) => commands.filter((line) => !/^(kubectl|skaffold) /.test(line))

for (const name of ['docker-desktop', 'kind-other', 'k3d-mine', 'other-profile', 'shared'])
  test(`npm run up uses the cluster of KUBE_CONTEXT=${name} as it is, and makes none`, async () => {
    const { env, answers, remove } = await withContext(name, true)
    try {
      const { exitCode, stdout, stderr, commands } = await run(['--target=cluster'], {
        answers,
        env,
        command: up,
      })
      assert.is(exitCode, 0, stderr)
      assert.match(stdout, `context ${name}: used as it is`)
      assert.ok(
        commands.includes(`skaffold run --filename=${SKAFFOLD} --kube-context=${name}`),
        commands.join('\n'),
      )
      assert.equal(makes(commands), [])
    } finally {
      await remove()
    }
  })

for (const [what, isThere, more, sentence] of [
  ['is not in the kubeconfig', false, {}, 'There is no context "NAME" in the kubeconfig'],
  [
    'does not answer',
    true,
    { stderr: 'connection refused', exitCode: 1 },
    'The cluster of context "NAME" does not answer: ',
  ],
] as const)
  for (const [name, command] of [
    ['docker-desktop', up],
    ['kind-other', dev],
  ] as const)
    test(`a cluster of one’s own that ${what} is refused, and no other is made: ${name}`, async () => {
      const { env, answers, remove } = await withContext(name, isThere)
      try {
        const { exitCode, stderr, commands } = await run(['--target=cluster'], {
          answers: { ...answers, [`kubectl --context ${name} version`]: more },
          env,
          command,
        })
        assert.is(exitCode, 1)
        assert.ok(stderr.includes(sentence.replace('NAME', name)), stderr)
        assert.match(stderr, /→ start that cluster with what made it — or remove KUBE_CONTEXT/)
        assert.equal(makes(commands), [])
      } finally {
        await remove()
      }
    })

for (const word of ['up', 'down', 'status'])
  test(`npm run cluster -- ${word} takes no other cluster for the one that KUBE_CONTEXT names`, async () => {
    const { env, answers, remove } = await withContext('docker-desktop', true)
    try {
      const { exitCode, stderr, commands } = await run([word], { answers, env })
      assert.is(exitCode, 1)
      assert.match(
        stderr,
        /KUBE_CONTEXT names "docker-desktop", a cluster that this command does not make\.\n {2}→ .*--provider/,
      )
      assert.equal(commands, [])
      const named = await run(['status', '--provider=minikube'], { answers, env })
      assert.is(named.stdout, 'Minikube profile "minikube": absent\n')
    } finally {
      await remove()
    }
  })

test('up refuses a port that something listens on', async () => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
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
      answers: { ...engine(16_000), ...NO_PROFILE, 'minikube start': { exitCode: code } },
      port: await freePort(),
    })
    assert.is(exitCode, 1)
    assert.match(stderr, sentence)
  })

test('what Minikube says itself stands before what we say of it', async () => {
  const { stderr } = await run(['up'], {
    answers: { ...engine(16_000), ...NO_PROFILE, 'minikube start': { stderr: 'X boom\n', exitCode: 80 } },
    port: await freePort(),
    alone: true,
  })
  assert.match(stderr, /^X boom\n✗ minikube start ended with code 80/)
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

/** How kubeadm is told of the encryption file. */
const IN_KIND = '/etc/kubernetes/secrets-encryption.yaml'
const PATCH = {
  kind: 'ClusterConfiguration',
  apiServer: {
    extraArgs: { 'encryption-provider-config': IN_KIND },
    extraVolumes: [
      {
        name: 'secrets-encryption',
        hostPath: IN_KIND,
        mountPath: IN_KIND,
        readOnly: true,
        pathType: 'File',
      },
    ],
  },
}

for (const nodes of [1, 3])
  test(`kind gets a cluster of ${nodes} with the port on loopback and Secrets encrypted`, async () => {
    const port = await freePort()
    const { exitCode, stdout, steps, keys } = await run(['up', '--provider', 'kind', `--nodes=${nodes}`], {
      answers: engine(16_000),
      port,
    })
    assert.is(exitCode, 0)
    assert.equal(steps[0]?.argv, ['kind', 'create', 'cluster', '--name=todo', '--config=-', '--wait=300s'])
    const { kubeadmConfigPatches, ...config } = parse(steps[0]?.stdin ?? '')
    assert.equal(kubeadmConfigPatches.map(parse), [PATCH])
    const sources = { hostPath: CHECKOUT, containerPath: '/src' }
    const key = config.nodes[0].extraMounts[1]
    assert.equal(config, {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      nodes: [
        {
          role: 'control-plane',
          extraMounts: [sources, { hostPath: key.hostPath, containerPath: IN_KIND, readOnly: true }],
          extraPortMappings: [{ containerPort: port, hostPort: port, listenAddress: '127.0.0.1' }],
        },
        ...Array.from({ length: nodes - 1 }, () => ({ role: 'worker', extraMounts: [sources] })),
      ],
    })
    assert.equal(
      keys.map(({ path, mode }) => [path, mode.toString(8)]),
      [[`todo-loop/${KEY_NAME}`, '600']],
    )
    assert.ok(key.hostPath.endsWith(`/todo-loop/${KEY_NAME}`))
    assert.match(stdout, /Context: kind-todo/)
  })

const CONTROL_PLANE = `{"30080/tcp":[{"HostIp":"127.0.0.1"}]} kindest/node:v1.35.0@sha256:0 /src ${IN_KIND} /var`
const WORKER = '{} kindest/node:v1.35.0@sha256:0 /src /var'
const NODES = {
  'kind get clusters': { stdout: 'other\ntodo\n' },
  'kind get nodes': { stdout: 'todo-worker\ntodo-control-plane\n' },
  'docker inspect': { stdout: `true ${CONTROL_PLANE}\ntrue ${WORKER}\n` },
}

test('kind that runs is up already; status says which node image', async () => {
  const up = await run(['up', '--provider=kind'], { answers: { ...engine(16_000), ...NODES } })
  assert.is(up.exitCode, 0)
  assert.is(up.stderr, '')
  assert.equal(up.commands, [])
  const status = await run(['status', '--provider=kind'], { answers: { ...engine(16_000), ...NODES } })
  assert.is(status.stdout, 'kind cluster "todo": running (kindest/node:v1.35.0, 2 nodes)\n')
})

test('kind is stopped by its containers, and started by them again', async () => {
  const down = await run(['down', '--provider=kind'], { answers: { ...engine(16_000), ...NODES } })
  assert.equal(down.commands, ['docker stop todo-control-plane todo-worker'])
  const stopped = { ...NODES, 'docker inspect': { stdout: `true ${CONTROL_PLANE}\nfalse ${WORKER}\n` } }
  const up = await run(['up', '--provider=kind'], { answers: { ...engine(16_000), ...stopped } })
  assert.is(up.exitCode, 0)
  assert.equal(
    up.steps.map(({ argv }) => argv.slice(0, 4).join(' ')),
    [
      'docker start todo-control-plane todo-worker',
      'docker exec todo-control-plane timeout',
      'kind export kubeconfig --name=todo',
    ],
  )
})

test('a kind cluster made without encryption is told of', async () => {
  const plain = {
    'docker inspect': { stdout: `true ${CONTROL_PLANE.replace(IN_KIND, '')}\ntrue ${WORKER}\n` },
  }
  const { stderr } = await run(['up', '--provider=kind'], {
    answers: { ...engine(16_000), ...NODES, ...plain },
  })
  assert.match(stderr, /its Secrets are readable/)
})

for (const addon of ['ingress', 'metrics-server', 'dashboard', 'registry'])
  test(`kind with --addons ${addon} is refused with what to use instead, and nothing is made`, async () => {
    const { exitCode, stderr, commands, keys } = await run(['up', '--provider=kind', `--addons=${addon}`], {
      answers: engine(16_000),
      port: await freePort(),
    })
    assert.is(exitCode, 2)
    assert.match(
      stderr,
      new RegExp(`kind has no addons of its own, so no ${addon}\\.\n {2}→ .*(https://|helm upgrade)`),
    )
    assert.equal([commands, keys], [[], []])
  })

test('kind down --delete deletes it', async () => {
  const { commands } = await run(['down', '--delete', '--provider=kind'], {
    answers: { ...engine(16_000), ...NODES },
  })
  assert.equal(commands, ['kind delete cluster --name=todo'])
})

const WRONG = [
  ['sideways'],
  [],
  ['up', '--provider=k3d'],
  ['up', '--delete'],
  ['up', '--nodes=0'],
  ['up', '--nodes=10'],
  ['up', '--nodes=1.5'],
  ['up', '--nodes=three'],
  ['up', '--nodes='],
  ['down', '--nodes=3'],
  ['up', '--addons=ingress,igress'],
  ['status', '--addons=ingress'],
]
for (const argv of WRONG)
  test(`"${argv.join(' ')}" is refused as called wrongly`, async () => {
    const { exitCode, stderr, calls } = await run(argv, { answers: {} })
    assert.is(exitCode, 2)
    assert.match(stderr, /see --help/)
    assert.equal(calls, [])
  })

test('--help tells the usage', () => {
  const words = ['--import', './lib/shell/start.mjs', 'scripts/cluster.ts', '--help']
  assert.match(execFileSync(process.execPath, words, { cwd: CHECKOUT, encoding: 'utf8' }), /up\|down\|status/)
})

test.run()
