import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { loadSettings } from '../../../lib/stack/settings-file.ts'

const test = suite('.env.local')
const application = await openApplication()
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'))
  process.env.TODO_ENV_FILE = join(folder, '.env.local')
})
test.after.each(() => {
  delete process.env.TODO_ENV_FILE
  rmSync(folder, { recursive: true })
})

const put = (text: string) => writeFileSync(join(folder, '.env.local'), text)

function refusal(): Refusal {
  try {
    loadSettings(application)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return assert.unreachable('nothing was refused') as never
}

test('a file that sets nothing gives the defaults', () => {
  put('\n# nothing yet\nLOG_LEVEL=\n')
  const { settings, given } = loadSettings(application)
  assert.equal(settings.replaced, [])
  assert.is(settings.own.LOG_LEVEL, 'info')
  assert.equal(given, {})
})

test('a file that TODO_ENV_FILE names has to be there', () => {
  assert.match(refusal().message, /cannot be read/)
})

test('comments, quotes, export and Windows line ends are read as people write them', () => {
  const secret = `${randomBytes(12).toString('hex')}#='x`
  put(`# mine\r\nexport LOG_LEVEL=debug # loud\r\nPOSTGRES_PASSWORD="${secret}"\r\n`)
  const { settings, given } = loadSettings(application)
  assert.is(settings.own.LOG_LEVEL, 'debug')
  assert.equal(given, { POSTGRES_PASSWORD: secret })
})

test('every problem is in one refusal, a message and a cure each, no value among them', () => {
  const secret = randomBytes(12).toString('hex')
  put(`PORT_OFFSET=many\nDATABSE_URL=${secret}\nOPENAI_API_KEY=${secret}\n`)
  const { message, cure, exitCode } = refusal()
  assert.is(exitCode, 1)
  for (const name of ['PORT_OFFSET', 'DATABSE_URL']) assert.match(message, name)
  assert.is(message.split('\n').length, cure.split('\n').length)
  assert.not.match(message + cure, secret)
})

test('a # in a password is part of it; one that may be a comment is refused', () => {
  const secret = `${randomBytes(12).toString('hex')}#x`
  put(`SMOKE_PASSWORD=${secret} # mine\nPOSTGRES_PASSWORD='${secret} # mine'`)
  assert.equal(loadSettings(application).given, {
    SMOKE_PASSWORD: secret,
    POSTGRES_PASSWORD: `${secret} # mine`,
  })
  put(`SMOKE_PASSWORD=#${secret}`)
  const { message, cure } = refusal()
  assert.match(message, 'SMOKE_PASSWORD in .env.local begins with a #')
  assert.match(cure, "SMOKE_PASSWORD='#…'")
  assert.not.match(message + cure, secret)
})

test('SECRETS_FROM_ENV reads this process', () => {
  const secret = randomBytes(12).toString('hex')
  process.env.SMOKE_PASSWORD = secret
  try {
    put('SECRETS_FROM_ENV=SMOKE_PASSWORD\n')
    assert.equal(loadSettings(application).given, { SMOKE_PASSWORD: secret })
  } finally {
    delete process.env.SMOKE_PASSWORD
  }
})

test('a file that cannot be read is refused by its name', () => {
  mkdirSync(join(folder, '.env.local'))
  const { message, cure } = refusal()
  assert.match(message, `${join(folder, '.env.local')} cannot be read`)
  assert.ok(cure)
})

test.run()
