import { spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('a program of a checkout')
const lock = JSON.parse(readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8')) as Lock
const native = `node_modules/@esbuild/${process.platform}-${process.arch}`
let folder: string

interface Lock {
  packages: Record<string, { version?: string; dev?: boolean; optional?: boolean }>
}

/** A clone, with the packages of this checkout, where `installed` says that they are what npm says of them. */
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'clone-'))
  mkdirSync(join(folder, 'lib', 'shell'), { recursive: true })
  mkdirSync(join(folder, 'hooks'))
  mkdirSync(join(folder, 'k8s', 'rendered'), { recursive: true })
  const programs = ['start', 'system', 'ask-loop', 'state-place'].map((name) => `lib/shell/${name}.mjs`)
  for (const name of ['package.json', 'package-lock.json', ...programs])
    cpSync(join(CHECKOUT, name), join(folder, name))
  for (const name of ['hooks/render.ts', 'program.ts'])
    writeFileSync(join(folder, name), "const said: string = 'it runs'\nconsole.log(said)\n")
})
test.after.each(() => rmSync(folder, { recursive: true }))

function installed(packages: Lock['packages'] = lock.packages): void {
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['tsx', 'esbuild', 'get-tsconfig', '@esbuild', 'resolve-pkg-maps'])
    if (existsSync(join(CHECKOUT, 'node_modules', name)))
      symlinkSync(join(CHECKOUT, 'node_modules', name), join(folder, 'node_modules', name))
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
}

function run(program = 'program.ts', before: readonly string[] = [], more: NodeJS.ProcessEnv = {}) {
  const words = [...before, '--import', './lib/shell/start.mjs', program]
  return spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...more },
  })
}

/** As Skaffold runs its hooks: what they say on a deletion is thrown away. */
function underSkaffold(command: string, before: readonly string[] = [], more: NodeJS.ProcessEnv = {}) {
  const hook = [...before, '--import', './lib/shell/start.mjs', 'hooks/render.ts']
  const skaffold = `const { spawnSync } = require('child_process')
process.exit(spawnSync(process.execPath, ${JSON.stringify(hook)}, { stdio: 'ignore' }).status)`
  const said = openSync(join(folder, 'said'), 'w')
  const { status } = spawnSync(process.execPath, ['--eval', skaffold, command], {
    cwd: folder,
    stdio: ['ignore', said, said],
    env: { ...process.env, SKAFFOLD_WORK_DIR: folder, ...more },
  })
  closeSync(said)
  return { status, said: readFileSync(join(folder, 'said'), 'utf8') }
}

/** What makes Node say something else of this machine. */
function pretending(code: string): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

const without = (path: string) =>
  Object.fromEntries(Object.entries(lock.packages).filter(([name]) => name !== path))

for (const [what, packages] of [
  ['all packages of the lock file', lock.packages],
  ['no packages for tests', Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => !dev))],
  [
    'the packages of this system alone',
    Object.fromEntries(
      Object.entries(lock.packages).filter(([name, { optional }]) => !optional || name === native),
    ),
  ],
] as const)
  test(`runs with ${what}`, () => {
    installed(packages)
    const { status, stdout, stderr } = run()
    assert.equal([status, stdout, stderr], [0, 'it runs\n', ''])
  })

for (const [what, packages, sentence] of [
  ['no packages', undefined, /packages of this checkout are not installed\.\n/],
  [
    'an older one',
    { ...lock.packages, 'node_modules/zx': { version: '8.0.0' } },
    /not those of .*\(zx 8\.0\.0, not /,
  ],
  ['one missing', without('node_modules/zod'), /not those of .*\(zod is missing, not /],
  ['one for tests missing', without('node_modules/uvu'), /not those of .*\(uvu is missing, not /],
  ['those of another system', without(native), /those of another system/],
] as const)
  test(`says in one sentence that it has ${what}`, () => {
    if (packages) installed(packages)
    const { status, stdout, stderr } = run()
    assert.equal([status, stdout], [1, ''])
    assert.match(stderr, sentence)
    assert.match(stderr, /^✗ .+\n {2}→ npm ci( --include=dev)?\n$/)
  })

for (const [what, pretence, sentence] of [
  [
    'native Windows',
    "Object.defineProperty(process, 'platform', { value: 'win32' })",
    /Linux and macOS.*WSL2/,
  ],
  [
    'an older Node',
    "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })",
    /Node 18\.20\.4/,
  ],
] as const)
  test(`says in one sentence that this is ${what}`, () => {
    installed()
    const installing = spawnSync(process.execPath, [...pretending(pretence), 'lib/shell/system.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    })
    for (const { status, stderr } of [run('program.ts', pretending(pretence)), installing]) {
      assert.is(status, 1)
      assert.match(stderr, sentence)
      assert.is(stderr.split('\n').length, 3)
    }
  })

test('says in one sentence that its tests need packages that were left out', () => {
  installed(Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => !dev)))
  mkdirSync(join(folder, 'scripts'))
  writeFileSync(join(folder, 'scripts', 'test.ts'), '')
  const { status, stderr } = run('scripts/test.ts')
  assert.is(status, 1)
  assert.match(stderr, /is missing, not .*\n {2}→ npm ci --include=dev\n$/)
})

test('runs without the folder for temporary files that the shell names', () => {
  installed()
  const { status, stderr } = run('program.ts', [], { TMPDIR: join(folder, 'program.ts', 'gone') })
  assert.equal([status, stderr], [0, ''])
})

test('lets Skaffold delete what was rendered last, without packages', () => {
  writeFileSync(join(folder, 'k8s', 'rendered', 'backend.yaml'), 'kind: Deployment\n')
  assert.is(underSkaffold('delete').status, 0)
  assert.is(underSkaffold('run').status, 1)
})

test('lets it do so on macOS, where ps tells what it was asked for', () => {
  writeFileSync(join(folder, 'k8s', 'rendered', 'backend.yaml'), 'kind: Deployment\n')
  const onMac = pretending("Object.defineProperty(process, 'platform', { value: 'darwin' })")
  for (const [asked, code] of [
    ['skaffold delete -p helm', 0],
    ['skaffold run', 1],
  ] as const) {
    writeFileSync(join(folder, 'ps'), `#!/bin/sh\necho '${asked}'\n`, { mode: 0o755 })
    const { status } = underSkaffold('delete', onMac, { PATH: folder })
    assert.is(status, code, asked)
  }
})

test('says why Skaffold cannot delete, where Skaffold would keep it to itself', () => {
  writeFileSync(join(folder, 'k8s', 'rendered', 'README.md'), '')
  const { status, said } = underSkaffold('delete')
  assert.is(status, 1)
  assert.match(said, /packages of this checkout are not installed/)
})

test.run()
