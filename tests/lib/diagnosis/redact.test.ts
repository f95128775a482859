import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { redactor } from '../../../lib/diagnosis/redact.ts'

const test = suite('secrets are taken out of what is shown')
const secret = () => randomBytes(18).toString('base64')

for (const [what, form] of [
  ['as it is', (value: string) => value],
  ['in a URL', (value: string) => encodeURIComponent(value)],
  ['as base64', (value: string) => Buffer.from(value).toString('base64')],
] as const)
  test(`a known value, ${what}`, () => {
    const value = `${secret()}/+ä`
    const shown = redactor([value])(`before ${form(value)} after`)
    assert.is(shown, 'before ••• after')
  })

test('the password of a known URL, anywhere', () => {
  const password = secret()
  const url = `postgresql://todo:${encodeURIComponent(password)}@postgres:5432/todo`
  assert.is(redactor([url])(`FATAL: ${password} is wrong`), 'FATAL: ••• is wrong')
})

test('a password in a URL that nobody knew of', () => {
  const shown = redactor([])(`cannot reach postgres://me:${randomBytes(9).toString('hex')}@db:5432/x`)
  assert.is(shown, 'cannot reach postgres://me:•••@db:5432/x')
})

test('tokens, and what is called a password', () => {
  const value = randomBytes(16).toString('hex')
  const redact = redactor([])
  assert.not.match(redact(`authorization: Bearer ${value}`), value)
  assert.not.match(redact(`PGPASSWORD=${value} psql`), value)
  assert.not.match(redact(`{"api_key": "${value}"}`), value)
  assert.not.match(redact(`eyJ${value}.${value}.${value}`), value)
})

test('a line that is one long word is gone through once: its square would take hours', () => {
  const redact = redactor([])
  const length = 2 ** 20
  for (const word of ['a', 'eyJaaaaaaaa-', 'a://a', 'token', 'basic ', 'a:a@']) {
    const line = word.repeat(length / word.length)
    assert.ok(redact(line) === line, word)
  }
})

test('a part of a longer secret does not give the rest away', () => {
  const long = secret()
  assert.is(redactor([long.slice(0, 10), long])(`x ${long} x`), 'x ••• x')
})

test('plain sentences stay whole', () => {
  const sentence =
    'password authentication failed for user "todo" at postgres:5432 (http://backend:8000/health/ready)'
  assert.is(redactor(['', 'todo', secret()])(sentence), sentence)
})

test('a URL whose password has a percent sign of its own gives that away as little', () => {
  // With a slash, it would be no URL.
  const password = `100%z${randomBytes(18).toString('base64url')}`
  assert.is(redactor([`postgresql://todo:${password}@db.example/todo`])(`x ${password} x`), 'x ••• x')
})

test.run()
