import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { clock } from '../../../lib/loop/screen/clock.ts'
import type { ScreenPlace } from '../../../lib/loop/screen/lines.ts'
import { openScreen } from '../../../lib/loop/screen/screen.ts'
import { openSession } from '../../../lib/loop/session/session.ts'
import { eventually } from '../../cluster/deadline.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { MEMBERS } from './members.ts'

const test = suite('the screen')
const before = { ...process.env }
const PLACE: ScreenPlace = {
  stack: 'todo',
  where: 'minikube',
  sources: 'mounted',
  links: { page: 'http://localhost:3000', 'API docs': 'http://localhost:8000/docs' },
  logs: 'kubectl -n todo logs deployment/…',
}
const SAVED = Date.now()
const LIVE = SAVED + 142
const EVENTS: readonly LoopEvent[] = [
  { kind: 'round', status: 'running', at: Date.now() },
  { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
  { kind: 'pod', service: 'postgres', pod: 'postgres-0', ready: true },
  { kind: 'build', image: 'todo-mcp', status: 'running' },
  { kind: 'saved', services: ['backend'], path: 'apps/backend/app/main.py', at: SAVED },
  {
    kind: 'log',
    service: 'backend',
    at: LIVE,
    line: { time: LIVE, level: 'info', text: 'Reloaded app/main.py', below: [], news: 'live' },
  },
  { kind: 'note', text: 'smoke: ✓ sign in 12 ms' },
]
const FOUND: LoopEvent = {
  kind: 'findings',
  findings: [
    {
      cause: 'database-password',
      where: 'deployment/backend',
      message: 'The database refuses the password.',
      cure: 'npm run secrets',
      evidence: [],
    },
    {
      cause: 'disk-full',
      where: 'node/minikube',
      message: 'The disk is full.',
      cure: 'minikube delete',
      evidence: [],
    },
  ],
}
/** A screen of a session, and what tells the session. */
function shown(terminal: FakeTerminal) {
  const session = openSession(MEMBERS, PLACE)
  const { hear, close } = openScreen(session, terminal)
  session.on(hear)
  return { tell: session.tell, close }
}

const RULE = '── todo · minikube · sources mounted '
const FOOT = [
  '  page http://localhost:3000   API docs http://localhost:8000/docs',
  '  something wrong? npm run doctor   logs kubectl -n todo logs deployment/…',
]

test.before.each(() => {
  for (const name of ['CI', 'NO_COLOR']) delete process.env[name]
  process.env.TERM = 'xterm'
})
test.after(() => {
  process.env = before
})

test('stays at the bottom of a terminal, below what is printed', async () => {
  const terminal = new FakeTerminal(true)
  const screen = shown(terminal)
  for (const event of EVENTS) screen.tell(event)
  const live = `apps/backend/app/main.py live after 142 ms (${clock(LIVE)})`
  await eventually('the screen', 60, async () => terminal.shown().includes(`  backend   ready      ${live}`))
  const log = [`${clock(LIVE)} backend   Reloaded app/main.py`, 'smoke: ✓ sign in 12 ms']
  assert.equal(terminal.shown(), [
    ...log,
    RULE.padEnd(99, '─'),
    `  backend   ready      ${live}`,
    '  mcp       building',
    '  postgres  ready',
    ...FOOT,
    '  ● building mcp',
  ])

  screen.tell(FOUND)
  await eventually('the finding', 60, async () => terminal.shown().length > 11)
  assert.equal(terminal.shown(), [
    ...log,
    RULE.padEnd(99, '─'),
    '  backend   failing    The database refuses the password.',
    '            → npm run secrets',
    '  mcp       building',
    '  postgres  ready',
    '  node/minikube: The disk is full.',
    '  → minikube delete',
    ...FOOT,
    '  ● building mcp',
  ])
  assert.match(terminal.written, '\x1b[36mbackend')

  screen.close()
  assert.equal(terminal.shown(), log)
  screen.tell({ kind: 'note', text: 'the end' })
  assert.equal(terminal.shown().slice(0, 3), [...log, 'the end'])
})

test('has no colours where nobody wants them', async () => {
  process.env.NO_COLOR = '1'
  const terminal = new FakeTerminal(true, 80, 24)
  const screen = shown(terminal)
  screen.tell(FOUND)
  await eventually('the finding', 60, async () => terminal.shown().includes('  → minikube delete'))
  screen.close()
  assert.not.ok(terminal.written.includes('\x1b[3'))
})

test('is never wider or higher than the terminal', async () => {
  const terminal = new FakeTerminal(true, 40, 6)
  const screen = shown(terminal)
  for (const event of [...EVENTS, FOUND]) screen.tell(event)
  await eventually('the screen', 60, async () => terminal.shown().some((line) => line.includes('failing')))
  assert.equal(terminal.shown().slice(2), [
    '── todo · minikube · sources mounted ──',
    '  backend   failing    The database re…',
    '            → npm run secrets',
    '  mcp       building',
    '  postgres  ready',
  ])
  screen.close()
})

for (const [where, isTTY, env] of [
  ['a pipe', false, {}],
  ['CI', true, { CI: 'true' }],
  ['a dumb terminal', true, { TERM: 'dumb' }],
] as const)
  test(`is plain lines in ${where}, one for each change`, () => {
    Object.assign(process.env, env)
    const output = new FakeTerminal(isTTY)
    const screen = shown(output)
    for (const event of [...EVENTS, FOUND, { kind: 'round', status: 'succeeded', at: 1 } as const])
      screen.tell(event)
    screen.close()
    assert.equal(output.written.split('\n'), [
      'sources mounted   page http://localhost:3000   API docs http://localhost:8000/docs',
      '● backend: ready',
      '● postgres: ready',
      '● mcp: building',
      `${clock(LIVE)} backend   Reloaded app/main.py`,
      '● backend: apps/backend/app/main.py live after 142 ms',
      'smoke: ✓ sign in 12 ms',
      '● backend: failing: The database refuses the password.',
      '  → npm run secrets',
      '● node/minikube: The disk is full.',
      '  → minikube delete',
      '● building mcp',
      '',
    ])
  })

test.run()
