import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../../lib/shell/state-folder.ts'

const test = suite("the frontend's packages and build")
const before = { ...process.env }
const shell = execFileSync('/bin/sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).trim()
const signal = new AbortController().signal
const PROGRAM = { directory: 'apps/frontend', sources: ['src'] }
let folder: string
let frontend: typeof import('../../../../lib/runtimes/next/build.ts') &
  typeof import('../../../../lib/runtimes/node/npm.ts')

/** A checkout of a frontend alone, and an npm that writes down how it was called and with which variables. */
test.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), 'frontend-'))
  for (const name of ['package.json', 'lib', 'k8s', 'stack'])
    cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true })
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'apps', 'frontend', 'src'), { recursive: true })
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'src/page.tsx'])
    writeFileSync(join(folder, 'apps', 'frontend', name), name)
  mkdirSync(join(folder, 'bin'))
  npm('/bin/mkdir -p node_modules .next/standalone dist')
  // Which looks for bash.
  const [next, node] = ['next/build.ts', 'node/npm.ts'].map(
    (file) => pathToFileURL(join(folder, 'lib', 'runtimes', file)).href,
  )
  frontend = { ...(await import(next ?? '')), ...(await import(node ?? '')) }
  process.env.PATH = join(folder, 'bin')
})
test.after.each(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(folder, { recursive: true })
})

function npm(script: string): void {
  const record = `echo "$*" >>'${folder}/calls'; /usr/bin/env >'${folder}/env'`
  writeFileSync(join(folder, 'bin', 'npm'), `#!${shell}\n${record}\n${script}\n`, { mode: 0o755 })
}

const edit = (file: string) => writeFileSync(join(folder, 'apps', 'frontend', file), 'edited')
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

test('are installed with what a build needs, under an environment of our choice', async () => {
  Object.assign(process.env, {
    NODE_ENV: 'production',
    NODE_OPTIONS: '--inspect',
    FORCE_COLOR: '3',
    PORT: '1',
  })
  Object.assign(process.env, {
    npm_config_omit: 'dev',
    npm_config_ignore_scripts: 'true',
    NPM_CONFIG_REGISTRY: 'https://r',
  })
  assert.is(await frontend.installPackages('apps/frontend', signal), true)
  assert.is(await frontend.buildNext(PROGRAM, signal), true)
  assert.equal(calls(), ['ci --include=dev --include=optional', 'run build'])
  const seen = readFileSync(join(folder, 'env'), 'utf8')
    .split('\n')
    .filter((line) => /^(NODE_(ENV|OPT)|FORCE|PORT|npm_config_(omit|ign|reg)|NPM_|NEXT)/.test(line))
  assert.equal(seen.sort(), ['NEXT_TELEMETRY_DISABLED=1', 'npm_config_registry=https://r'])
})

for (const [what, change, again] of [
  ['nothing changed', () => undefined, [false, false]],
  ['the lock file changed', () => edit('package-lock.json'), [true, true]],
  ["npm's own settings changed", () => edit('.npmrc'), [true, true]],
  ['a source changed', () => edit('src/page.tsx'), [false, true]],
  ['variables of Next came', () => edit('.env.local'), [false, true]],
  [
    'the output is gone',
    () => rmSync(join(folder, 'apps', 'frontend', '.next'), { recursive: true }),
    [false, true],
  ],
] as const)
  test(`when ${what}: packages ${again[0] ? 'anew' : 'kept'}, build ${again[1] ? 'anew' : 'kept'}`, async () => {
    const both = async () => [
      await frontend.installPackages('apps/frontend', signal),
      await frontend.buildNext(PROGRAM, signal),
    ]
    assert.equal(await both(), [true, true])
    change()
    assert.equal(await both(), again)
  })

test('are refused with the words of npm, where many with DEBUG all of them', async () => {
  npm(
    'echo "npm error code E401" >&2; for n in 1 2 3 4 5 6 7 8 9; do echo "a$n"; echo "b$n"; done >&2; exit 1',
  )
  const refusal = () =>
    frontend.installPackages('apps/frontend', signal).then(
      () => 'it was not refused',
      ({ message }: Error) => message,
    )
  assert.match(await refusal(), /npm error code E401\n.* lines more with DEBUG=1.*b9$/s)
  process.env.DEBUG = '1'
  assert.match(await refusal(), /npm error code E401\n.*a5\n {2}b5\n.*b9$/s)
})

test.run()
