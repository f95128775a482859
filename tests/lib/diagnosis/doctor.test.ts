import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $, which } from 'zx/core'
import { record } from '../../../lib/host/running.ts'
import { CHECKOUT, stateFolder } from '../../../lib/shell/state-folder.ts'
import { command } from '../../../scripts/doctor.ts'
import { inProcess } from '../../hooks/in-process.ts'
import { freeOffset } from '../host/free-offset.ts'

const test = suite('npm run doctor, where there is no container engine')
const folder = mkdtempSync(join(tmpdir(), 'doctor-'))
const bin = join(folder, 'bin')
const settings = join(folder, 'env')
const OFFSET = await freeOffset()
const password = randomBytes(12).toString('hex')

/** What the doctor needs of this machine: a shell, Python, and neither docker nor kubectl. */
test.before(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'state')
  mkdirSync(bin)
  symlinkSync(await which('bash'), join(bin, 'bash'))
  // Not a version manager's shim, which would need more of the PATH.
  const { stdout } = await $({ quiet: true })`python3 -c ${'import sys; print(sys.executable)'}`
  symlinkSync(stdout.trim(), join(bin, 'python3'))
})
test.before.each(() => writeFileSync(settings, `PORT_OFFSET=${OFFSET}\nPOSTGRES_PASSWORD=${password}\n`))
test.after(() => rmSync(folder, { recursive: true }))

async function doctor(...flags: string[]) {
  const env = { PATH: bin, HOME: folder, XDG_STATE_HOME: join(folder, 'state'), TODO_ENV_FILE: settings }
  const { exitCode: code, ...said } = await inProcess(command, flags, env, CHECKOUT)
  return { code, ...said }
}

interface Answer {
  well: boolean
  target: string
  findings: { cause: string; where: string; message: string; cure: string }[]
}

test('nothing that is up is nothing that is wrong', async () => {
  const { code, stdout, stderr } = await doctor()
  assert.equal([code, stderr], [0, ''])
  assert.match(stdout, '✓ Node ')
  assert.match(stdout, 'nothing is up: npm run up')
  assert.not.match(stdout, '✗')
})

test('--json is one object', async () => {
  const { code, stdout } = await doctor('--json')
  const answer = JSON.parse(stdout) as Answer
  assert.equal([code, answer.well, answer.target, answer.findings], [0, true, 'host', []])
})

test('settings that are wrong are a finding, which quotes no value', async () => {
  writeFileSync(settings, `BETTER_AUTH_SECRET=${password}\n`)
  const { code, stdout } = await doctor()
  assert.is(code, 1)
  assert.match(stdout, '✗ BETTER_AUTH_SECRET in .env.local is shorter than 32 characters')
  assert.not.match(stdout, password)
})

test('dead and unready processes are named by what they said last', async () => {
  const asked = createServer((request, answer) => {
    answer.statusCode = request.headers.host === `127.0.0.1:${8001 + OFFSET}` ? 503 : 200
    answer.end('{"cause":"The schema is at 1, 2 is needed: migrate it."}')
  })
  const alsoAsked = createServer(asked.listeners('request')[0] as () => void)
  await Promise.all([
    once(asked.listen(8001 + OFFSET, '127.0.0.1'), 'listening'),
    once(alsoAsked.listen(8002 + OFFSET, '127.0.0.1'), 'listening'),
  ])
  try {
    writeFileSync(join(stateFolder('todo'), 'target'), 'host')
    await record(stateFolder('todo'), 'mcp', process.pid)
    await record(stateFolder('todo'), 'assistant-stub', process.pid)
    mkdirSync(join(stateFolder('todo'), 'logs'), { recursive: true })
    const said = `connecting to postgresql://todo:${password}@127.0.0.1\n  File "/x/app/main.py", line 12\nSyntaxError: invalid syntax\n`
    writeFileSync(join(stateFolder('todo'), 'logs', 'backend.log'), said)
    writeFileSync(join(stateFolder('todo'), 'logs', 'smoke.jsonl'), '{"program":"smoke"}\n')

    const { code, stdout } = await doctor('--json', '--report')
    const { findings, report } = JSON.parse(stdout) as Answer & { report: string }
    assert.is(code, 1)
    assert.equal(
      findings.map(({ cause, where }) => `${cause} ${where}`),
      ['database-refused postgres', 'crash frontend', 'migration-behind mcp', 'program-broken backend'],
    )
    assert.match(findings[3]?.message ?? '', 'main.py:12')
    assert.not.match(stdout, password)

    assert.equal(
      ['README.md', 'findings.json', 'versions.txt', 'hooks/smoke.jsonl'].filter(
        (name) => !existsSync(join(report, name)),
      ),
      [],
    )
    const log = readFileSync(join(report, 'logs', 'backend.log'), 'utf8')
    assert.match(log, 'connecting to postgresql://todo:•••@127.0.0.1')
    for (const name of readdirSync(report, { recursive: true, encoding: 'utf8' }))
      if (name.includes('.')) assert.not.match(readFileSync(join(report, name), 'utf8'), password)
  } finally {
    asked.close()
    alsoAsked.close()
    rmSync(stateFolder('todo'), { recursive: true })
  }
})

test('what was brought up, and has died as a whole, is what is wrong', async () => {
  writeFileSync(join(stateFolder('todo'), 'target'), 'host')
  const { code, stdout } = await doctor('--json')
  assert.is(code, 1)
  assert.equal(
    (JSON.parse(stdout) as Answer).findings.map(({ where }) => where),
    ['postgres', 'assistant-stub', 'frontend', 'mcp', 'backend'],
  )
  rmSync(stateFolder('todo'), { recursive: true })
})

test('a flag it does not have is refused with 2', async () => {
  const { code, stderr } = await doctor('--heal')
  assert.is(code, 2)
  assert.match(stderr, '--heal')
})

test.run()
