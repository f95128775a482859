import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LogWords } from '../../../k8s/model/log-words.ts'
import { logText } from '../../../lib/loop/screen/log-text.ts'
import { plain } from '../../../lib/loop/screen/paint.ts'
import { logReader } from '../../../lib/runtimes/log-line.ts'
import { nextLog } from '../../../lib/runtimes/next/log.ts'
import { nodeLog } from '../../../lib/runtimes/node/log.ts'
import { postgresLog } from '../../../lib/runtimes/postgres/log.ts'
import { pythonLog } from '../../../lib/runtimes/python/log.ts'
import { viteLog } from '../../../lib/runtimes/vite/log.ts'

const test = suite('log lines')
const AT = new Date(2026, 0, 2, 12, 3, 44).getTime()
const NAMES = ['backend', 'frontend', 'mcp', 'postgres']
const WORDS: Readonly<Record<string, LogWords>> = {
  backend: pythonLog,
  frontend: nextLog,
  mcp: pythonLog,
  postgres: postgresLog,
}

/** What is shown of raw lines of one service, all of which came at 12:03:44. */
function shown(service: string, ...raw: string[]): string[] {
  const read = logReader(WORDS[service])
  return raw.flatMap((text) => {
    const line = read(text)
    return line ? logText({ service, line, at: AT }, NAMES, plain) : []
  })
}

function json(fields: Readonly<Record<string, unknown>>): string {
  const time = new Date(AT).toISOString()
  return JSON.stringify({ time, level: 'info', service: 'backend', request_id: null, ...fields })
}

test('of our programs are short, and name the request', () => {
  const request = { method: 'GET', path: '/api/u1/tasks', status: 200, duration_ms: 12.34 }
  const id = 'ab12cd34-0000-4000-8000-000000000000'
  assert.equal(
    shown(
      'backend',
      json({ message: 'GET /api/u1/tasks 200', ...request, request_id: id }),
      json({ message: 'Listening', host: '0.0.0.0', port: 8002, retry: null }),
      json({ level: 'warning', message: 'The model is slow' }),
      json({ level: 'error', message: 'Does not start: no (a.py:1)', event: 'broken', ms: 567 }),
    ),
    [
      '12:03:44 backend   GET /api/u1/tasks 200 12 ms  req=ab12cd34',
      '12:03:44 backend   Listening host=0.0.0.0 port=8002',
      '12:03:44 backend   The model is slow',
      '12:03:44 backend   Does not start: no (a.py:1)',
    ],
  )
  assert.equal(shown('frontend', json({ message: 'Request answered', ...request, request_id: id })), [
    '12:03:44 frontend  GET /api/u1/tasks 200 12 ms  req=ab12cd34',
  ])
})

test('show an exception below its message', () => {
  const exception = 'Traceback (most recent call last):\n  File "app/tasks.py", line 3\nValueError: no\n'
  assert.equal(shown('mcp', json({ level: 'error', message: 'The request failed', exception })), [
    '12:03:44 mcp       The request failed',
    '  Traceback (most recent call last):',
    '    File "app/tasks.py", line 3',
    '  ValueError: no',
  ])
})

test('that are a plain traceback stay together, with the exception first', () => {
  const raw = [
    'INFO: before',
    'Traceback (most recent call last):',
    '  File "/app/core/x.py", line 1, in <module>',
    '',
    '    import nothing',
    "ModuleNotFoundError: No module named 'nothing'",
    'after',
  ]
  assert.equal(shown('mcp', ...raw), [
    '12:03:44 mcp       INFO: before',
    "12:03:44 mcp       ModuleNotFoundError: No module named 'nothing'",
    '  Traceback (most recent call last):',
    '    File "/app/core/x.py", line 1, in <module>',
    '  ',
    '      import nothing',
    '12:03:44 mcp       after',
  ])
})

test('of others lose colours, and their time where it leads', () => {
  assert.equal(shown('frontend', '\x1b[32m✓\x1b[0m Ready in 1.2s', '   ', '{"not": "ours"}'), [
    '12:03:44 frontend  ✓ Ready in 1.2s',
    '12:03:44 frontend  {"not": "ours"}',
  ])
  assert.equal(shown('postgres', '2026-01-02 12:03:44.123 UTC [27] LOG:  checkpoint starting: time'), [
    '12:03:44 postgres  LOG:  checkpoint starting: time',
  ])
})

test('tell failures, and what became of a save', () => {
  const read = (raw: string, words?: LogWords) => {
    const line = logReader(words)(raw)
    return [line?.level, line?.news]
  }
  assert.equal(read(json({ message: 'Reloaded', ms: 142, files: ['app/main.py'] })), ['info', 'live'])
  assert.equal(read(json({ level: 'error', event: 'broken', message: 'Does not start' })), [
    'error',
    'broken',
  ])
  assert.equal(read(' ✓ Compiled in 92ms', nextLog), ['info', 'live'])
  assert.equal(read(' ✓ Compiled /sign-in in 2.1s', nextLog), ['info', undefined])
  assert.equal(read(' ⨯ ./src/app/page.tsx:12:3', nextLog), ['error', 'broken'])
  assert.equal(read('4:38:02 AM [vite] (client) hmr update /style.css', viteLog), ['info', 'live'])
  assert.equal(read('4:38:02 AM [vite] (client) page reload main.ts', viteLog), ['info', 'live'])
  assert.equal(read('4:38:02 AM [vite] (client) Pre-transform error: Unexpected token', viteLog), [
    'error',
    'broken',
  ])
  assert.equal(read(json({ message: 'Started', ms: 1 })), ['info', 'live'])
  assert.equal(
    read('2026-01-02 12:03:44.123 UTC [27] FATAL:  the database system is starting up', postgresLog),
    ['error', undefined],
  )
  for (const raised of ['ValueError: no', 'core.faults.AccountDeleted.Error: gone', 'a.b2.KeyError'])
    assert.equal(read(raised, pythonLog), ['error', undefined])
  assert.equal(read('TypeError: no', nodeLog), ['error', undefined])
  assert.equal(read('TypeError: no'), ['info', undefined])
  assert.equal(read(json({ message: '', method: 'GET', path: '/', status: 503 })), ['error', undefined])
})

test.run()
