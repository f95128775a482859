import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { storesOf } from '../../../../k8s/services.ts'
import { MAIN } from '../../../k8s/main-stack.ts'

const test = suite('a database that is made')
const [store] = storesOf(MAIN)
const place = { host: '0.0.0.0', port: 5432, data: '/volume', secrets: '/run/secrets' }
const COMMANDS = { server: store?.command?.(place) ?? [], init: store?.init?.command ?? [] }
/** initdb begins with the file that says which version a folder is of. */
const MAKES = 'mkdir "$PGDATA" && echo 17 > "$PGDATA/PG_VERSION"'

let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'whole-'))
  put('flock', 'exit 0')
  put(
    'docker-entrypoint.sh',
    'test -s "$PGDATA/PG_VERSION" || { echo makes; exit; }; echo serves; cat "$PGDATA"/*',
  )
})

test.after.each(() => rmSync(folder, { recursive: true }))

function put(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}`, { mode: 0o755 })
}

/** In a process group of its own, which stands for its container. */
async function start(which: keyof typeof COMMANDS) {
  const [program = '', ...words] = COMMANDS[which]
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, PGDATA: join(folder, 'pgdata') }
  const child = spawn(program, words, { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { status, said }
}

for (const which of ['server', 'init'] as const)
  test(`${which}: one that was killed half-way is made anew`, async () => {
    put('docker-ensure-initdb.sh', `${MAKES}; kill -9 0`)
    assert.is((await start(which)).status, null)
    assert.not.ok(existsSync(join(folder, 'pgdata')))

    put('docker-ensure-initdb.sh', `${MAKES} && echo whole > "$PGDATA/tables"`)
    const { status, said } = await start(which)
    assert.is(status, 0)
    assert.is(readFileSync(join(folder, 'pgdata', 'tables'), 'utf8'), 'whole\n')
    assert.is(said, which === 'server' ? 'serves\n17\nwhole\n' : '')
  })

test('where none can be made, no server starts', async () => {
  put('docker-ensure-initdb.sh', `${MAKES}; exit 3`)
  assert.equal(await start('server'), { status: 3, said: '' })
})

test('an image whose server alone can make one does so', async () => {
  assert.equal(await start('server'), { status: 0, said: 'makes\n' })
})

test.run()
