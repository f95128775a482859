import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type EngineImage, type NodeEngine, readImages } from '../../../lib/loop/engine.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { forgetOldImages, forgettable } from '../../../lib/loop/images.ts'

const test = suite('images that the loop has built')

const NOW = Date.parse('2026-11-29T12:00:00Z')
const minutesAgo = (minutes: number) => NOW - minutes * 60_000
const image = (id: string, minutes: number, ...names: string[]): EngineImage => ({
  id: `sha256:${id}`,
  names,
  usedAt: minutesAgo(minutes),
})
const NOBODY = new Set<string>()

for (const [what, images, used, gone] of [
  [
    'stay, three of an artifact, however old',
    [image('1', 600, 'todo-backend:1'), image('2', 500, 'todo-backend:2'), image('3', 400, 'todo-backend:3')],
    NOBODY,
    [],
  ],
  [
    'stay while their last use is not long ago, however many',
    [1, 2, 3, 4, 5, 6].map((n) => image(String(n), n, `todo-backend:${n}`)),
    NOBODY,
    [],
  ],
  [
    'go by their last use, not by their age, with all their names',
    [
      image('first', 1, 'todo-backend:first'),
      image('2', 90, 'todo-backend:2', 'todo-backend:two'),
      image('3', 80, 'todo-backend:3'),
      image('4', 70, 'todo-backend:4'),
    ],
    NOBODY,
    ['todo-backend:2', 'todo-backend:two'],
  ],
  [
    'stay where a pod names them, by any name or by id',
    [
      image('1', 100, 'todo-backend:1', 'todo-backend:one'),
      image('2', 90, 'todo-backend:2'),
      ...[3, 4, 5].map((n) => image(String(n), n, `todo-backend:${n}`)),
    ],
    new Set(['todo-backend:one', 'sha256:2']),
    [],
  ],
  [
    'of two artifacts stay while either of them has use for them',
    [
      image('shared', 100, 'todo-backend:1', 'todo-mcp:1'),
      ...[2, 3, 4].map((n) => image(String(n), n, `todo-backend:${n}`)),
    ],
    NOBODY,
    [],
  ],
  ['go by their id where they have no name left', [image('1', 100)], NOBODY, ['sha256:1']],
] as const satisfies readonly (readonly [
  string,
  readonly EngineImage[],
  ReadonlySet<string>,
  readonly string[],
])[])
  test(what, () => {
    assert.equal(forgettable(images, used, NOW), gone)
  })

test('are read as the engine tells of them', () => {
  const text = [
    '["sha256:1","2026-11-29T12:00:00.123456789Z",["todo-backend:1","todo-backend:one"]]',
    '["sha256:2","0001-01-01T00:00:00Z",[]]',
    '["sha256:3","2026-11-29T13:00:00+01:00",null]\n',
  ].join('\n')
  assert.equal(readImages(text), [
    { id: 'sha256:1', names: ['todo-backend:1', 'todo-backend:one'], usedAt: NOW + 123 },
    { id: 'sha256:2', names: [], usedAt: Date.parse('0001-01-01T00:00:00Z') },
    { id: 'sha256:3', names: [], usedAt: NOW },
  ])
})

const OLD = [1, 2, 3, 4].map((n) => image(String(n), 100 * n, `todo-backend:${n}`))
const round = (status: 'running' | 'succeeded'): LoopEvent => ({ kind: 'round', status, at: NOW })
const BUILT: LoopEvent = { kind: 'build', image: 'todo-backend', status: 'succeeded' }

/** @returns what is removed after these events, when the pods are told of after some more */
async function removed(events: readonly LoopEvent[], meanwhile: readonly LoopEvent[] = []) {
  const removed: string[] = []
  const asked: string[] = []
  const engine: NodeEngine = {
    built: async (loop) => {
      asked.push(loop)
      return OLD
    },
    has: async () => true,
    tag: async () => undefined,
    remove: async (names) => void removed.push(...names),
  }
  const hear = forgetOldImages(
    async () => {
      for (const event of meanwhile) hear(event)
      return 'todo-backend:1 docker://sha256:1'
    },
    [engine],
    'this loop',
  )
  for (const event of events) hear(event)
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(asked.every((loop) => loop === 'this loop'))
  return removed
}

test('are looked through after a round that built something', async () => {
  assert.equal(await removed([round('running'), BUILT, round('succeeded')]), ['todo-backend:4'])
  assert.equal(await removed([round('running'), round('succeeded')]), [])
})

test('are left alone once Skaffold is at work again, which may name any of them', async () => {
  assert.equal(await removed([round('running'), BUILT, round('succeeded')], [round('running')]), [])
})

test.run()
