import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connection } from '../../../scripts/db/connection.ts'

const test = suite('a connection string as files of libpq')
const FOLDER = '/run/somewhere'

function lines(url: string): string[] {
  return connection(url, FOLDER, 'PEM').files.get('service.conf')?.trimEnd().split('\n') ?? []
}

test('each part has a line, unescaped', () => {
  assert.equal(lines('postgresql://some%40body:p%3A%2F%3F%23%25%20%27%22@db.example:5433/a%20b'), [
    '[stack]',
    'host=db.example',
    'port=5433',
    'dbname=a b',
    'user=some@body',
    `password=p:/?#% '"`,
    'application_name=backup',
    'connect_timeout=10',
  ])
})

test('what is not said is not said there, but for the port', () => {
  const said = lines('postgres://[::1]/todo')
  assert.ok(said.includes('host=::1'))
  assert.ok(said.includes('port=5432'))
  assert.not.ok(said.some((line) => /^(user|password|sslmode)=/.test(line)))
})

test('parameters are passed on', () => {
  const said = lines('postgresql://u@h/d?sslmode=require&channel_binding=require')
  assert.ok(said.includes('sslmode=require'))
  assert.ok(said.includes('channel_binding=require'))
  assert.not.ok(said.some((line) => line.startsWith('sslrootcert=')))
})

test('verify-full brings the authorities along', () => {
  const { files } = connection('postgresql://u@h/d?sslmode=verify-full', FOLDER, 'PEM')
  assert.match(files.get('service.conf') ?? '', `\nsslrootcert=${FOLDER}/authorities.pem\n`)
  assert.is(files.get('authorities.pem'), 'PEM')
})

test('variables name the file, and nothing that is in it', () => {
  const { env } = connection('postgresql://u:hidden@h/d', FOLDER)
  assert.equal(env, { PGSERVICEFILE: `${FOLDER}/service.conf`, PGSERVICE: 'stack' })
})

test.run()
