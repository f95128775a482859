import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ImageName, superseded } from '../../loop/images.ts'

const test = suite('images that later builds have replaced')

const name = (repository: string, tag: string, id: string): ImageName => ({ repository, tag, id })
const NAMES = [
  name('todo-mcp', 'only', 'sha256:m'),
  name('todo-backend', 'third', 'sha256:3'),
  name('todo-backend', 'third-too', 'sha256:3'),
  name('todo-backend', 'second', 'sha256:2'),
  name('todo-backend', 'first', 'sha256:1'),
  name('todo-backend', 'first-too', 'sha256:1'),
  name('todo-backend', '<none>', 'sha256:0'),
  name('postgres', '17', 'sha256:p'),
  name('postgres', '16', 'sha256:q'),
  name('postgres', '15', 'sha256:r'),
]

test('all names of all but the newest two go, and those of nobody else', () => {
  assert.equal(superseded(NAMES, ['todo-backend', 'todo-mcp'], new Set()), [
    'todo-backend:first',
    'todo-backend:first-too',
    'sha256:0',
  ])
})

test('what a pod names by either name stays whole', () => {
  assert.equal(superseded(NAMES, ['todo-backend'], new Set(['todo-backend:first-too'])), ['sha256:0'])
  assert.equal(superseded(NAMES, ['todo-backend'], new Set(['sha256:1', 'sha256:0'])), [])
})

test.run()
