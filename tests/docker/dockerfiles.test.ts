import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Image } from '../../k8s/model/build.ts'
import { programs } from '../../k8s/services.ts'
import { RELOADER } from '../../k8s/sources.ts'
import { parts } from '../../lib/runtimes/parts.ts'
import { exportWords, installWords } from '../../lib/runtimes/python/lock.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'
import { SHOP_DEFAULTS } from '../k8s/shop-stack.ts'
import { complaints } from './complaints.ts'

const test = suite('Dockerfiles')

const FOLDER = join(CHECKOUT, 'docker')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.Dockerfile'))
const text = (name: string) => readFileSync(join(FOLDER, name), 'utf8')

for (const name of files)
  test(`${name} is understood, and breaks no rule`, () => {
    assert.equal(complaints(text(name)), [])
  })

test('all start from the same image of each toolchain, unless told otherwise', () => {
  const bases = files.flatMap((name) =>
    [...text(name).matchAll(/^ARG (\w+_IMAGE=.+)$/gm)].map(([, base = '']) => base),
  )
  assert.is(bases.length, files.length)
  const [go = '', node = '', python = '', ...others] = [...new Set(bases)].sort()
  assert.equal(others, [])
  assert.match(go, /^GO_IMAGE=golang:1\.26(@sha256:[0-9a-f]{64})?$/)
  assert.match(node, /^NODE_IMAGE=node:24-slim(@sha256:[0-9a-f]{64})?$/)
  assert.match(python, /^PYTHON_IMAGE=python:3\.13-slim(@sha256:[0-9a-f]{64})?$/)
})

test('Python packages are installed as on the host target, and what installs them stays behind', () => {
  const stages = text('python.Dockerfile')
    .replaceAll(' \\\n', '')
    .split(/^(?=FROM )/m)
  const installing = stages.filter((stage) => /^RUN .*\buv pip sync\b/m.test(stage))
  const [python, requirements] = ['/opt/venv/bin/python', '/tmp/requirements.txt']
  const runs = [
    [exportWords([], requirements), installWords(python, requirements)],
    [exportWords(['reload'], requirements), installWords(python, requirements)],
    // On top of the stage before, and from its requirements.
    [installWords(python, requirements, 'debugpy-requirements.txt')],
  ]
  assert.is(installing.length, runs.length)
  for (const [at, stage] of installing.entries()) {
    assert.match(stage, /^FROM \S+ AS ((reload|debug)-)?packages$/m)
    for (const words of runs[at] ?? [])
      assert.ok(stage.includes(`uv ${words.join(' ')}`), `uv ${words.join(' ')}`)
  }
})

/** The instructions of an image, those of the stages that it starts from before its own, with its arguments put in. */
function instructions(file: string, { target, args }: Image): string {
  const [, base = '', own = ''] =
    new RegExp(`^FROM (\\S+) AS ${target}\\n([^]*?)(?=^FROM |(?![^]))`, 'm').exec(text(file)) ?? []
  const filled = own
    .replaceAll(/^ARG (\w+)=(.*)$/gm, (line, name) => (name in args ? '' : line))
    .replaceAll(/\$\{?(\w+)\}?/g, (variable, name) => args[name] ?? variable)
  return (base.startsWith('$') || base === '' ? '' : instructions(file, { target: base, args })) + filled
}

/** What an image starts, and where that listens. */
function startOf(file: string, image: Image) {
  const lines = instructions(file, image)
  const last = (keyword: string) =>
    [...lines.matchAll(new RegExp(`^${keyword} (.*)$`, 'gm'))].at(-1)?.[1] ?? ''
  const variables = [...lines.matchAll(/\b(\w+)=(\S+)/g)].map(([, key, value]) => [key, value])
  const env = Object.fromEntries(variables) as Record<string, string>
  const { HOST, HOSTNAME, PORT } = env
  const command = JSON.parse(last('CMD')) as string[]
  const shell = command[0] === 'sh' ? (command[2] ?? '').replace(/^exec /, '') : ''
  const uvicorn = [env.UVICORN_APP, '--host', env.UVICORN_HOST, '--port', env.UVICORN_PORT]
  const words = shell
    ? shell.replaceAll(/\$(\w+)/g, (_, name) => `${env[name]}`).split(' ')
    : [...command, ...(command.includes('uvicorn') ? uvicorn : [])]
  return { words: words.sort(), port: Number(last('EXPOSE')), listen: { HOST, HOSTNAME, PORT } }
}

/** Of every runtime there is one. */
const PROGRAMS = [...programs(DEFAULTS), ...programs(SHOP_DEFAULTS)]

for (const { name, port, command, env, build } of PROGRAMS)
  for (const kind of ['run', 'synced', 'mounted'] as const)
    test(`docker run starts what a pod of ${name} does: ${kind}`, () => {
      const listen = { host: '0.0.0.0', port }
      const start = startOf(build.dockerfile.replace('docker/', ''), build[kind])
      const servers = [
        command.run(listen),
        ...(kind === 'run' ? [] : [command.dev?.(listen, RELOADER) ?? []]),
      ]
      assert.ok(
        servers.some((words) => [...words].sort().join() === start.words.join()),
        start.words.join(),
      )
      assert.is(start.port, port)
      const { HOST, HOSTNAME, PORT }: Readonly<Record<string, string | undefined>> = env?.(listen) ?? {}
      assert.equal(start.listen, { HOST, HOSTNAME, PORT })
    })

for (const { name, build, reloader } of programs(DEFAULTS))
  test(`images of ${name} have its reloader in the loop, and not otherwise`, () => {
    const file = build.dockerfile.replace('docker/', '')
    const line = `COPY --chmod=755 ${reloader} ${RELOADER}\n`
    for (const image of [build.synced, build.mounted])
      assert.is(instructions(file, image).includes(line), reloader !== undefined)
    assert.not.ok(instructions(file, build.run).includes(RELOADER))
  })

/** What an image has of the folder of its program, in the order in which the Dockerfile copies it. */
function copied(file: string, { args }: Image): string[] {
  const lines = instructions(file, { target: 'parts', args })
  return [...lines.matchAll(/^COPY --chmod=755 (\S+) \S+$/gm)].flatMap(([, from = '']) =>
    from.includes('$') ? [] : [relative(args.DIRECTORY ?? '', from) || '.'],
  )
}

for (const { name, directory, sources, build, migratedBy, migrations } of PROGRAMS) {
  const file = build.dockerfile.replace('docker/', '')

  test(`an image of ${name} has its sources, in the loop none where they are mounted`, () => {
    for (const image of [build.run, build.synced])
      assert.equal(
        sources.filter((folder) => !copied(file, image).includes(folder)),
        [],
      )
    assert.equal(
      copied(file, build.mounted).filter((path) => sources.includes(path)),
      [],
    )
  })

  const schema = migratedBy
    ? programs(DEFAULTS).find((other) => other.name === migratedBy)?.migrations
    : migrations
  if (schema === undefined || sources.some((folder) => schema.startsWith(join(directory, folder)))) continue
  test(`an image of ${name} has the migrations, for run as for the loop`, () => {
    for (const image of [build.run, build.synced, build.mounted])
      assert.ok(copied(file, image).includes(relative(directory, schema)))
  })
}

/** What no COPY needs, and what Skaffold is not to watch. */
const SEVERAL = ['ARG VERSION=local REVISION=unknown', 'ARG UNWATCHED= FOLDER=$DIRECTORY']
for (const file of files)
  test(`${file}: what COPY needs has an ARG of its own, for Skaffold reads the first of a line`, () => {
    const several = text(file)
      .split('\n')
      .filter((line) => /^ARG \S+ \S/.test(line) && !SEVERAL.includes(line))
    assert.equal(several, [])
  })

test('a runtime names no more parts than its Dockerfile copies', () => {
  for (const file of files) {
    const copies = [...text(file).matchAll(/^COPY .*\$\{PART_(\d)\} \S+$/gm)].map(([, number]) => number)
    const named = parts(copies.map(() => 'src'))
    assert.equal(
      copies.map((number) => `PART_${number}`),
      Object.keys(named),
    )
    assert.throws(() => parts([...copies, 'one more'].map(() => 'src')), /5 parts at most/)
  }
})

const SOUND = `ARG NODE_IMAGE=node:24-slim\nFROM \${NODE_IMAGE} AS prod\nCOPY --chmod=755 . .\nUSER 10001:10001\nEXPOSE 1\nCMD ["a"]\n`

test('a sound one is not complained about', () => {
  assert.equal(complaints(SOUND), [])
})

for (const [what, spoilt, complaint] of [
  ['an instruction that does not exist', SOUND.replace('COPY', 'COPPY'), /^3: Unknown instruction: COPPY/],
  ['two commands', `${SOUND}CMD ["b"]\n`, /CMD/],
  ['no command', SOUND.replace('CMD ["a"]\n', ''), /^stage prod has no CMD/],
  ['no port', SOUND.replace('EXPOSE 1\n', ''), /^stage prod has no EXPOSE/],
  ['several files copied onto one', SOUND.replace('. .', 'a b c'), /destination must be a directory/],
  ['a relative working directory', `${SOUND}WORKDIR app\n`, /absolute/],
  ['an image of its own', SOUND.replace(/\$.*\}/, 'node:24'), /^2: node:24 is no ARG/],
  ['root', SOUND.replace('USER 10001:10001\n', ''), /^stage prod runs as root/],
  ['another user', SOUND.replace('10001:10001', 'node'), /^stage prod runs as node/],
  ['a password', `${SOUND}ENV DATABASE_PASSWORD=x\n`, /history/],
  ['ADD', SOUND.replace('COPY --chmod=755 . .', 'ADD https://example.com/a.tar .'), /^3: ADD/],
  ['unlocked npm packages', SOUND.replace('COPY --chmod=755 . .', 'RUN npm install'), /npm ci/],
  [
    'unlocked Python packages',
    SOUND.replace('COPY --chmod=755 . .', 'RUN pip install fastapi'),
    /--require-hashes/,
  ],
  ['Python packages as uv finds them', SOUND.replace('COPY --chmod=755 . .', 'RUN uv sync'), /--frozen/],
  [
    'unlocked Python packages by uv',
    SOUND.replace('COPY --chmod=755 . .', 'RUN uv pip sync r.txt'),
    /--require-hashes/,
  ],
  ['files as they are in the checkout', SOUND.replace('--chmod=755 ', ''), /umask 077/],
  ['a syntax directive', `# syntax=docker/dockerfile:1\n${SOUND}`, /syntax directive/],
] as const)
  test(`one with ${what} is`, () => {
    const found = complaints(spoilt)
    assert.ok(
      found.some((one) => complaint.test(one)),
      found.join('\n') || 'nothing was found',
    )
  })

test.run()
