import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { encryptionFile, writeEncryption } from '../../../lib/cluster/encryption.ts'

const test = suite('the key of a cluster')
let folder: string

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encryption-'))
})

test.after.each(() => rm(folder, { recursive: true }))

test('only Secrets are encrypted, with 32 random bytes, and nothing is served that is not', async () => {
  const [first, second] = await Promise.all([made(join(folder, 'a')), made(join(folder, 'b'))])
  const { resources, ...head } = parse(first)
  const [{ secret }] = resources[0].providers[0].secretbox.keys
  assert.equal(head, { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration' })
  assert.equal(resources, [
    { resources: ['secrets'], providers: [{ secretbox: { keys: [{ name: 'key', secret }] } }] },
  ])
  assert.is(Buffer.from(secret, 'base64').length, 32)
  assert.is.not(second, first)
})

test('only its owner may read it', async () => {
  const file = encryptionFile(join(folder, 'below'))
  writeEncryption(file)
  assert.is((await stat(file)).mode & 0o777, 0o600)
  assert.equal(await readdir(dirname(file)), [file.slice(dirname(file).length + 1)])
})

test('asking makes nothing', () => {
  encryptionFile(join(folder, 'below'))
  assert.not.ok(existsSync(join(folder, 'below')))
})

test('it is made once', async () => {
  const text = await made(folder)
  assert.is(await made(folder), text)
  assert.is((await readdir(folder)).length, 1)
})

test('one that an earlier version made is used on', async () => {
  await writeFile(join(folder, 'todo-secrets-0a1b2c3d.yaml'), '')
  assert.is(encryptionFile(folder), join(folder, 'todo-secrets-0a1b2c3d.yaml'))
})

test('a new one never takes the name of one that is gone', async () => {
  const before = encryptionFile(folder)
  writeEncryption(before)
  await rm(before)
  assert.is.not(encryptionFile(folder), before)
})

test('what else lies there is not taken for a key', async () => {
  await writeFile(join(folder, 'ca.crt'), '')
  await writeFile(join(folder, 'secrets-0a1b2c3d.yaml.77.part'), '')
  assert.match(await made(folder), /secretbox/)
})

test('a folder that cannot be written is named', async () => {
  await writeFile(join(folder, 'file'), '')
  const file = join(folder, 'file', 'below', 'todo-secrets-0a1b2c3d.yaml')
  assert.throws(() => writeEncryption(file), /key for the cluster's Secrets cannot be kept: ENOTDIR/)
})

async function made(below: string): Promise<string> {
  const file = encryptionFile(below)
  writeEncryption(file)
  return readFile(file, 'utf8')
}

test.run()
