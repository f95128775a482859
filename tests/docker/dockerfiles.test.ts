import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../k8s/services.ts'
import { exportWords, installWords } from '../../lib/host/python-lock.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'
import { complaints } from './complaints.ts'

const test = suite('Dockerfiles')

const FOLDER = join(CHECKOUT, 'docker')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.Dockerfile'))
const text = (name: string) => readFileSync(join(FOLDER, name), 'utf8')

for (const name of files)
  test(`${name} is understood, and breaks no rule`, () => {
    assert.equal(complaints(text(name)), [])
  })

test('all start from the same two images, unless told otherwise', () => {
  const bases = files.flatMap((name) =>
    [...text(name).matchAll(/^ARG (\w+_IMAGE=.+)$/gm)].map(([, base = '']) => base),
  )
  assert.is(bases.length, files.length)
  const [node = '', python = '', ...others] = [...new Set(bases)].sort()
  assert.equal(others, [])
  assert.match(node, /^NODE_IMAGE=node:24-slim(@sha256:[0-9a-f]{64})?$/)
  assert.match(python, /^PYTHON_IMAGE=python:3\.13-slim(@sha256:[0-9a-f]{64})?$/)
})

test('Python packages are installed as on the host target, and what installs them stays behind', () => {
  const python = files.filter((name) => text(name).includes('PYTHON_IMAGE'))
  assert.is(python.length, 3)
  for (const name of python) {
    const stages = text(name)
      .replaceAll(' \\\n', '')
      .split(/^(?=FROM )/m)
    const installing = stages.filter((stage) => /\bpip\b|\buv\b/.test(stage))
    const groups = name.includes('mounted') ? [['reload']] : [[], ['reload']]
    assert.is(installing.length, groups.length, name)
    for (const [at, stage] of installing.entries()) {
      assert.match(stage, /^FROM \S+ AS (reload-)?packages$/m, name)
      const exported = exportWords(groups[at] ?? [], '/tmp/requirements.txt')
      for (const words of [exported, installWords('/opt/venv/bin/python', '/tmp/requirements.txt')])
        assert.ok(stage.includes(`uv ${words.join(' ')}`), `${name}: uv ${words.join(' ')}`)
    }
  }
})

/** Of the stage that an image is built from, what it starts and where that listens. */
function startOf(file: string, stage: string) {
  const from = new RegExp(`^FROM \\S+${stage && ` AS ${stage}`}\\n([^]*?)(?=^FROM |(?![^]))`, 'm')
  const [, own = ''] = from.exec(text(file)) ?? []
  const variables = [...own.matchAll(/\b(HOSTNAME|PORT)=(\S+)/g)].map(([, key, value]) => [key, value])
  return {
    command: JSON.parse(/^CMD (.*)$/m.exec(own)?.[1] ?? '[]') as string[],
    ports: (/^EXPOSE (.*)$/m.exec(own)?.[1] ?? '').split(' ').map(Number),
    variables: Object.fromEntries(variables) as { HOSTNAME?: string; PORT?: string },
  }
}

for (const { name, directory, port, command, env } of programs(DEFAULTS))
  for (const [file, stage, start] of [
    [`${name}.Dockerfile`, 'prod', command.run],
    ...(text(`${name}.Dockerfile`).includes(' AS dev')
      ? [[`${name}.Dockerfile`, 'dev', command.dev] as const]
      : []),
    ...(directory === `apps/${name}` ? [[`${name}.mounted.Dockerfile`, '', command.dev] as const] : []),
  ] as const)
    test(`docker run starts what a pod of ${name} does: ${file} ${stage}`, () => {
      const listen = { host: '0.0.0.0', port }
      const found = startOf(file, stage)
      assert.equal(found.command, start?.(listen))
      assert.ok(found.ports.includes(port))
      const { HOSTNAME, PORT }: { HOSTNAME?: string; PORT?: string } = env?.(listen) ?? {}
      assert.equal([found.variables.HOSTNAME, found.variables.PORT], [HOSTNAME, PORT])
    })

/** What a stage has from the build context, below the working directory. */
function copied(file: string, stage: string): string[] {
  const [, own = ''] =
    new RegExp(`^FROM \\S+ AS ${stage}\\n([^]*?)(?=^FROM |(?![^]))`, 'm').exec(text(file)) ?? []
  return [...own.matchAll(/^COPY --chmod=755 (.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' ')).sort()
}

for (const { name, sources } of programs(DEFAULTS).filter(({ directory }) => directory === 'apps/backend'))
  test(`an image of ${name} has its sources and the migrations, for run as for the loop`, () => {
    const has = copied(`${name}.Dockerfile`, 'prod')
    assert.equal(has, copied(`${name}.Dockerfile`, 'dev'))
    assert.equal(
      [...sources, 'migrations'].filter((folder) => !has.includes(folder)),
      [],
    )
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
