import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exchangePython, installPython, venvPython } from '../../../../lib/runtimes/python/install.ts'
import { reloading } from '../../../../lib/runtimes/python/on-host.ts'
import { Refusal } from '../../../../lib/shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../../../../lib/shell/state-folder.ts'

const test = suite('the virtual environment')
const before = { ...process.env }
const shell = execFileSync('/bin/sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).trim()
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'python-'))
  mkdirSync(join(folder, 'bin'))
  Object.assign(process.env, { PATH: join(folder, 'bin'), XDG_STATE_HOME: join(folder, 'state') })
})
test.after.each(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(folder, { recursive: true })
})

const install = () =>
  installPython(stateFolder('todo'), reloading('apps/backend'), new AbortController().signal)
const refusal = () =>
  install().then(
    () => new Error('it was not refused'),
    (error: Error) => error,
  )
const calls = () =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []

function put(file: string, script: string): void {
  writeFileSync(file, `#!${shell}\n${script}`)
  chmodSync(file, 0o755)
}

/** What each stand-in begins with: it writes down how it was called and with which variables. */
const written = (call: string) =>
  `echo "${call}" >>'${join(folder, 'calls')}'; /usr/bin/env >'${join(folder, 'env')}'`

/** A python with a pip that puts a uv where it is told to, or does as it is told. */
function standIn(name: string, { version = '3.12.1', lacks = '', pip = '', needs = '' } = {}): void {
  const file = join(folder, 'bin', name)
  const uv = join(folder, 'uv')
  put(
    file,
    `case "$1 $3" in
  '-c ') printf '%s\\n%s\\n%s\\n' '${version}' '${lacks}' '${file}' ;;
  '-c config') echo "global.index-url='https://conf'" ;;
  '-c install')
    ${written(`${name} pip`)}
    ${pip}
    for word; do case "$before" in --target) target=$word ;; esac; before=$word; done
    /bin/mkdir -p "$target/bin" && /bin/cp '${uv}' "$target/bin/uv" ;;
  *needs.py*) ${needs} ;;
  '-I '*) printf '%s\\n' "$(/bin/cat '${join(folder, 'identity')}' 2>/dev/null)" ;;
esac
`,
  )
  standInUv(uv)
}

/** A uv that makes environments with the python it is told of, or does as it is told. */
function standInUv(file: string, { version = '99.0.0', venv = 'true', install = 'true' } = {}): void {
  put(
    file,
    `case "$1" in
  --version) echo 'uv ${version}'; exit ;;
  venv) /bin/mkdir -p "$6/bin" && /bin/cp "$5" "$6/bin/python"; ${written('uv venv $(/usr/bin/basename "$5")')}; ${venv} ;;
  export) ${written('uv export')} ;;
  pip) ${written('uv install')}; ${install} ;;
esac
`,
  )
}

test('is made for the first Python that is new enough, with the uv that its pip fetches', async () => {
  standIn('python3', { version: '3.10.12' })
  standIn('python3.13', { lacks: 'pip ssl' })
  standIn('python3.12')
  standIn('python3.11')
  assert.is(await install(), true)
  assert.equal(calls(), ['python3.12 pip', 'uv venv python3.12', 'uv export', 'uv install'])
})

test('is made with the uv that the next one fetches where the first fails all the same', async () => {
  standIn('python3', { pip: 'exit 1' })
  standIn('python3.12')
  assert.is(await install(), true)
  assert.equal(calls().slice(0, 2), ['python3 pip', 'python3.12 pip'])
})

test('is made with the uv on PATH, whatever the Python lacks of pip', async () => {
  standIn('python3', { lacks: 'pip' })
  standInUv(join(folder, 'bin', 'uv'))
  assert.is(await install(), true)
  assert.equal(calls(), ['uv venv python3', 'uv export', 'uv install'])
})

test('is not made with a uv that is too old', async () => {
  standIn('python3')
  standInUv(join(folder, 'bin', 'uv'), { version: '0.4.30' })
  assert.is(await install(), true)
  assert.is(calls()[0], 'python3 pip')
})

test('is made with the uv that was fetched before', async () => {
  standIn('python3')
  await install()
  writeFileSync(join(folder, 'calls'), '')
  writeFileSync(join(folder, 'identity'), '/usr/bin/python3.13')
  await install()
  assert.equal(calls(), ['uv venv python3', 'uv export', 'uv install'])
})

test('is made for the next one where the first fails all the same', async () => {
  standIn('python3')
  standIn('python3.12')
  standInUv(join(folder, 'bin', 'uv'), { venv: 'case "$5" in *3) echo "error: no" >&2; exit 2 ;; esac' })
  assert.is(await install(), true)
  assert.equal(calls().slice(0, 2), ['uv venv python3', 'uv venv python3.12'])
})

test('is not made for a shim of a version that is not there', async () => {
  standIn('python3', { version: '' })
  standIn('python3.11')
  assert.is(await install(), true)
  assert.is(calls()[1], 'uv venv python3.11')
})

test('is refused with what each Python lacks', async () => {
  standIn('python3', { version: '3.11.2', lacks: 'pip' })
  standIn('python3.12', { version: '3.12.7', lacks: 'pip ssl' })
  const error = await refusal()
  assert.instance(error, Refusal)
  assert.match(error.message, 'python3 is 3.11.2 without pip, python3.12 is 3.12.7 without pip and ssl')
  assert.match((error as Refusal).cure, 'python3-venv')
})

test('is refused with the ones that are too old', async () => {
  standIn('python3', { version: '3.9.18' })
  assert.match((await refusal()).message, /no Python 3\.11 or newer .*\(python3 is 3\.9\.18\)/)
})

test('is refused with what pip says, with DEBUG with all of it', async () => {
  const says = 'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; echo "Got: 1" >&2; exit 1'
  standIn('python3', { pip: says })
  const error = await refusal()
  assert.match(error.message, /^uv \d+\.\d+\.\d+, .* THESE PACKAGES DO NOT MATCH/s)
  assert.not.match(error.message, 'Got: 1')
  assert.match((error as Refusal).cure, 'on PATH')
  process.env.DEBUG = '1'
  assert.match((await refusal()).message, /THESE PACKAGES DO NOT MATCH THE HASHES\n.*Got: 1/)
})

test('is refused with what uv says, and why', async () => {
  standIn('python3')
  const says = 'printf "error: Failed to fetch: x\\n  cause: Connection refused\\n\\nhint: y\\n" >&2; exit 2'
  standInUv(join(folder, 'bin', 'uv'), { install: says })
  assert.match(
    (await refusal()).message,
    /backend\/uv\.lock .*: Failed to fetch: x; cause: Connection refused$/,
  )
  assert.not.ok(existsSync(join(folder, 'state', 'installed-from')))
})

test('stays while its lock file and its Python stay', async () => {
  standIn('python3')
  assert.equal([await install(), await install()], [true, false])
})

test('is made anew when its Python became another', async () => {
  standIn('python3')
  await install()
  writeFileSync(join(folder, 'identity'), '/usr/bin/python3.13')
  assert.equal([await install(), await install()], [true, false])
})

test('is made anew when its Python is gone', async () => {
  standIn('python3')
  await install()
  rmSync(venvPython(stateFolder('todo')))
  assert.is(await install(), true)
})

test('is installed under an environment of our choice', async () => {
  standIn('python3')
  Object.assign(process.env, {
    PYTHONHOME: '/p',
    PIP_TARGET: '/t',
    PIP_USER: '1',
    PIP_INDEX_URL: 'https://i',
  })
  Object.assign(process.env, {
    VIRTUAL_ENV: '/v',
    PYENV_VERSION: '3.12',
    FORCE_COLOR: '3',
    DATABASE_URL: 'x',
  })
  await install()
  const seen = readFileSync(join(folder, 'env'), 'utf8')
    .split('\n')
    .filter((line) => /^(PYTHON|PIP_[TUI]|UV_D|VIRTUAL|PYENV_V|FORCE|DATABASE)/.test(line))
  assert.equal(seen.sort(), [
    'PIP_INDEX_URL=https://i',
    'PIP_USER=0',
    'PYENV_VERSION=3.12',
    'UV_DEFAULT_INDEX=https://i',
  ])
})

test("is installed from where pip's configuration says", async () => {
  standIn('python3')
  await install()
  assert.match(readFileSync(join(folder, 'env'), 'utf8'), /^UV_DEFAULT_INDEX=https:\/\/conf$/m)
})

/** Packages of a file of our own, which can be edited. */
function packagesOf(text: string) {
  const file = join(folder, 'requirements.txt')
  const write = (words: string) => writeFileSync(file, words)
  write(text)
  const packages = { requirements: relative(CHECKOUT, file) }
  const state = stateFolder('todo')
  const { signal } = new AbortController()
  return {
    write,
    file,
    install: () => installPython(state, packages, signal),
    exchange: () => exchangePython(state, packages, signal),
  }
}

test('is exchanged for one that begins with what it has, and taken back as it was', async () => {
  standIn('python3')
  for (const name of ['cp', 'env']) symlinkSync(`/usr/bin/${name}`, join(folder, 'bin', name))
  const { write, install, exchange } = packagesOf('a')
  await install()
  const first = await exchange()
  const compiled = join(stateFolder('todo'), 'venv', 'compiled')
  writeFileSync(compiled, '')
  writeFileSync(join(folder, 'calls'), '')
  write('b')
  const second = await exchange()
  assert.is.not(second, first)
  assert.equal(calls(), ['uv install'])
  assert.ok(existsSync(compiled))
  write('a')
  assert.is(await exchange(), first)
  assert.equal(calls(), ['uv install'])
})

test('stays where that which would take its place cannot serve in the loop', async () => {
  const lacking = join(folder, 'lacking')
  standIn('python3', { needs: `[ ! -e '${lacking}' ] || { echo 'error: no uvicorn' >&2; exit 1; }` })
  for (const name of ['cp', 'env']) symlinkSync(`/usr/bin/${name}`, join(folder, 'bin', name))
  const { write, install, exchange } = packagesOf('a')
  await install()
  const first = await exchange()
  writeFileSync(lacking, '')
  write('b')
  for (const _ of [1, 2])
    assert.match(await exchange().catch((error: Error) => error.message), /cannot be followed: no uvicorn$/)
  assert.is(readFileSync(join(stateFolder('todo'), 'venv', 'id'), 'utf8'), first)
  rmSync(lacking)
  assert.is.not(await exchange(), first)
})

test('is made anew where its lock file was edited meanwhile', async () => {
  standIn('python3')
  const { write, file, install } = packagesOf('a')
  standInUv(join(folder, 'uv'), { install: `echo b >'${file}'` })
  await install()
  assert.equal(await install(), false)
  write('a')
  assert.equal(await install(), true)
})

test.run()
