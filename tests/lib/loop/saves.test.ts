import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../../k8s/services.ts'
import { parseSettings } from '../../../k8s/settings.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { servicesOf, watchSaves } from '../../../lib/loop/saves.ts'
import { eventually } from '../../cluster/deadline.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('saves')
const { settings } = parseSettings(MAIN, {}, {})
if (!settings) throw new Error('the defaults are no settings')
const SERVICES = programs(settings)

test('belong to the services whose sources they are in', () => {
  assert.equal(servicesOf('apps/backend/core/tasks.py', SERVICES), ['mcp', 'backend'])
  assert.equal(servicesOf('apps/backend/app/main.py', SERVICES), ['backend'])
  assert.equal(servicesOf('apps/frontend/src/app/page.tsx', SERVICES), ['frontend'])
  assert.equal(servicesOf('apps/assistant-stub/language/title.ts', SERVICES), ['assistant-stub'])
  assert.equal(servicesOf('README.md', SERVICES), [])
})

test('are not what editors and interpreters leave', () => {
  const left = ['.main.py.swp', 'main.py~', '4913', '.#main.py', 'sedMXKpo3', 'main.py___jb_tmp___']
  for (const name of [...left, '__pycache__/main.cpython-313.pyc'])
    assert.equal(servicesOf(`apps/backend/app/${name}`, SERVICES), [], name)
  assert.equal(servicesOf('apps/assistant-stub/node_modules/openai/index.js', SERVICES), [])
})

test('are told with the time of the file, written in place, moved into place or removed', async () => {
  const checkout = mkdtempSync(join(tmpdir(), 'saves-'))
  mkdirSync(join(checkout, 'apps/backend/app'), { recursive: true })
  const file = join(checkout, 'apps/backend/app/main.py')
  writeFileSync(file, 'one\n')
  const told: LoopEvent[] = []
  const close = watchSaves(checkout, SERVICES, (event) => told.push(event))
  const times = () =>
    told.flatMap((event) => (event.kind === 'saved' && event.path.endsWith('main.py') ? event.at : []))
  try {
    writeFileSync(file, 'two\n')
    await eventually('the write', 60, async () => times().includes(statSync(file).mtimeMs))
    assert.equal(told[0], {
      kind: 'saved',
      services: ['backend'],
      path: 'apps/backend/app/main.py',
      at: times()[0],
    })

    writeFileSync(join(checkout, 'new.py'), 'three\n')
    renameSync(join(checkout, 'new.py'), file)
    await eventually('the move', 60, async () => times().includes(statSync(file).mtimeMs))

    const before = times().length
    rmSync(file)
    await eventually('the removal', 60, async () => times().length > before)
  } finally {
    close()
    rmSync(checkout, { recursive: true })
  }
})

test.run()
