import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { NodeEngine } from '../../../lib/loop/engine.ts'
import { bringBackImages } from '../../../lib/loop/missing-image.ts'

const test = suite('an image that pods wait for')

/** @returns what is done and told when a pod waits for an image, twice in a row */
async function done(image: string, there: boolean | undefined, build: () => Promise<string>) {
  const steps: string[] = []
  const engine: NodeEngine = {
    built: async () => undefined,
    has: async () => there,
    tag: async (name, another) => void steps.push(`tag ${name} ${another}`),
    remove: async () => undefined,
  }
  const hear = bringBackImages(
    ['todo-backend', 'todo-mcp'],
    [engine],
    (repository) => {
      steps.push(`build ${repository}`)
      return build()
    },
    (event) => event.kind === 'note' && steps.push(event.text),
  )
  hear({ kind: 'image missing', image })
  hear({ kind: 'image missing', image })
  await new Promise((resolve) => setImmediate(resolve))
  return steps
}

const GONE = 'images: todo-backend:old is gone from the node, it is built again'

test('and that is gone is built again, once', async () => {
  assert.equal(await done('todo-backend:old', false, async () => 'todo-backend:old'), [
    GONE,
    'build todo-backend',
  ])
})

test('gets its name where the same sources now make another one', async () => {
  assert.equal(await done('todo-backend:old', false, async () => 'todo-backend:new'), [
    GONE,
    'build todo-backend',
    'tag todo-backend:new todo-backend:old',
  ])
})

test('and that cannot be built is told', async () => {
  const build = () => Promise.reject(new Error('no network'))
  assert.equal(await done('todo-backend:old', false, build), [
    GONE,
    'build todo-backend',
    'images: todo-backend:old cannot be built again: no network',
  ])
})

for (const [what, image, there] of [
  ['and that is there is left to the node', 'todo-backend:old', true],
  ['in nodes with another engine is left to those', 'todo-backend:old', undefined],
  ['of somebody else is not ours to build', 'postgres:17', false],
] as const)
  test(what, async () => {
    assert.equal(await done(image, there, async () => 'x'), [])
  })

test.run()
