import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installPython, venvPython } from '../../../lib/host/python.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'

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

const install = () => installPython('backend/requirements.txt', new AbortController().signal)
const refusal = () =>
  install().then(
    () => new Error('it was not refused'),
    (error: Error) => error,
  )
const calls = () =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []

/** A python that writes down how it was called and with which variables, and does as it is told. */
function standIn(name: string, { version = '3.12.1', lacks = '', venv = 'true', pip = 'true' } = {}): void {
  const file = join(folder, 'bin', name)
  const script = `#!${shell}
case "$1 $2" in
  '-c '*) printf '%s\\n%s\\n' '${version}' '${lacks}' ;;
  '-I -c') printf '%s\\n' "$(/bin/cat '${join(folder, 'identity')}' 2>/dev/null)" ;;
  *) echo "${name} $2" >>'${join(folder, 'calls')}'; /usr/bin/env >'${join(folder, 'env')}' ;;
esac
case "$2" in
  venv) ${venv} && /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python" ;;
  pip) ${pip} ;;
esac
`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
}

test('is made by the first Python that is new enough and has all it takes', async () => {
  standIn('python3', { version: '3.10.12' })
  standIn('python3.13', { lacks: 'ensurepip' })
  standIn('python3.12')
  standIn('python3.11')
  assert.is(await install(), true)
  assert.equal(calls(), ['python3.12 venv', 'python3.12 pip'])
})

test('is made by the next one where the first fails all the same', async () => {
  standIn('python3', { venv: '{ echo "Error: ensurepip is not available" >&2; exit 1; }' })
  standIn('python3.12')
  assert.is(await install(), true)
  assert.equal(calls(), ['python3 venv', 'python3.12 venv', 'python3.12 pip'])
})

test('is not made by a shim of a version that is not there', async () => {
  standIn('python3', { version: '' })
  standIn('python3.11')
  assert.is(await install(), true)
  assert.equal(calls()[0], 'python3.11 venv')
})

test('is refused with what each Python lacks', async () => {
  standIn('python3', { version: '3.11.2', lacks: 'ensurepip' })
  standIn('python3.12', { version: '3.12.7', lacks: '_ssl' })
  const error = await refusal()
  assert.instance(error, Refusal)
  assert.match(error.message, 'python3 is 3.11.2 without ensurepip, python3.12 is 3.12.7 without ssl')
  assert.match((error as Refusal).cure, 'python3-venv')
})

test('is refused with the ones that are too old', async () => {
  standIn('python3', { version: '3.9.18' })
  assert.match((await refusal()).message, /no Python 3\.11 or newer .*\(python3 is 3\.9\.18\)/)
})

test('is refused with what pip says', async () => {
  standIn('python3', { pip: '{ echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1; }' })
  assert.match((await refusal()).message, 'THESE PACKAGES DO NOT MATCH')
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
  rmSync(venvPython())
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
    .filter((line) => /^(PYTHON|PIP_[TUI]|VIRTUAL|PYENV_V|FORCE|DATABASE)/.test(line))
  assert.equal(seen.sort(), ['PIP_INDEX_URL=https://i', 'PIP_USER=0', 'PYENV_VERSION=3.12'])
})

test.run()
