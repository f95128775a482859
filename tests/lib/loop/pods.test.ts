import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { followPods } from '../../../lib/loop/pods.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('pods')
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'pods-'))
})
test.after.each(() => rmSync(folder, { recursive: true }))

interface Stream {
  readonly lines: readonly string[]
  /** Absent where it goes on. */
  readonly code?: number
}

/**
 * A kubectl whose watch prints `changes.1`, then `changes.2` when it is asked again, and whose logs name the container,
 * or print one stream after another.
 */
function put(first: string, second: string, streams: readonly Stream[] = []): string {
  writeFileSync(join(folder, 'changes.1'), first)
  writeFileSync(join(folder, 'changes.2'), second)
  const kubectl = join(folder, 'kubectl')
  const script = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs')
const words = process.argv.slice(2)
const at = (name) => ${JSON.stringify(folder)} + '/' + name
appendFileSync(at('calls'), JSON.stringify([process.pid, ...words]) + '\\n')
if (words[4] === 'logs') {
  const streams = ${JSON.stringify(streams)}
  const n = readFileSync(at('calls'), 'utf8').split('"logs"').length - 2
  const stream = streams[n] ?? { lines: [] }
  for (const line of streams.length > 0 ? stream.lines : ['from ' + words.slice(-3).join(' ')]) console.log(line)
  if (stream.code !== undefined) process.exit(stream.code)
} else {
  const again = existsSync(at('watched'))
  writeFileSync(at('watched'), '')
  process.stdout.write(readFileSync(at(again ? 'changes.2' : 'changes.1')))
  if (!again) process.exit()
}
setInterval(() => undefined, 1000)
`
  writeFileSync(kubectl, script, { mode: 0o755 })
  return kubectl
}

function calls(): [number, ...string[]][] {
  const file = join(folder, 'calls')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  return lines.map((line) => JSON.parse(line) as [number, ...string[]])
}

test('are told as they come, are ready and go, with the lines of each container, and nothing is left running', async () => {
  const kubectl = put(
    [
      'ADDED   |backend-1|backend||False|docker://1=migrate ',
      'MODIFIED|backend-1|backend||True |docker://1=migrate docker://2=backend ',
      'MODIFIED|backend-1|backend||True |docker://1=migrate docker://2=backend ',
      'ADDED|mcp-1|mcp|||',
      'MODIFIED|mcp-1|mcp|ending|True|docker://3=mcp',
      'ADDED|postgres-0|postgres||True|',
      'Error from server: something else\n',
    ].join('\n'),
    'ADDED|backend-1|backend||True|docker://1=migrate docker://4=backend\n',
  )
  const told: LoopEvent[] = []
  const done = new AbortController()
  const reach = { kubectl, context: 'minikube', namespace: 'todo', selector: 'a=b' }
  const following = followPods(reach, (event) => told.push(event), done.signal)
  try {
    const logs = () =>
      told.flatMap((event) => (event.kind === 'log' ? [`${event.service}: ${event.line.text}`] : []))
    await eventually('the lines of four containers', 20, async () => logs().length === 4)
    assert.equal(logs().sort(), [
      'backend: from backend-1 --container backend',
      'backend: from backend-1 --container backend',
      'backend: from backend-1 --container migrate',
      'mcp: from mcp-1 --container mcp',
    ])
    const pods = () => told.filter(({ kind }) => kind !== 'log')
    await eventually('what the second watch told', 20, async () => pods().length === 8)
    assert.equal(pods(), [
      { kind: 'pod', service: 'backend', pod: 'backend-1', ready: false },
      { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
      { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
      { kind: 'pod', service: 'mcp', pod: 'mcp-1', ready: false },
      { kind: 'pod gone', service: 'mcp', pod: 'mcp-1' },
      { kind: 'pod', service: 'postgres', pod: 'postgres-0', ready: true },
      // The watch ended, and began anew.
      { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
      { kind: 'pod gone', service: 'postgres', pod: 'postgres-0' },
    ])
    for (const [, ...words] of calls())
      assert.equal(words.slice(0, 4), ['--context', 'minikube', '--namespace', 'todo'])
  } finally {
    done.abort()
    await following
  }
  await eventually('the end of every kubectl', 10, async () => calls().every(([pid]) => !isAlive(pid)))
})

/** Follows the pods of a kubectl until everything there is to hear was heard. */
async function hear(kubectl: string, what: string, isAll: (told: readonly LoopEvent[]) => boolean) {
  const told: LoopEvent[] = []
  const done = new AbortController()
  const reach = { kubectl, context: 'minikube', namespace: 'todo', selector: 'a=b' }
  const following = followPods(reach, (event) => told.push(event), done.signal)
  try {
    await eventually(what, 20, async () => isAll(told))
    return told
  } finally {
    done.abort()
    await following
    await eventually('the end of every kubectl', 10, async () => calls().every(([pid]) => !isAlive(pid)))
  }
}

test('are gone when the watch begins anew and lists none', async () => {
  const kubectl = put('ADDED|backend-1|backend||True|\n', '')
  const told = await hear(kubectl, 'the pod being gone', (told) => told.length > 1)
  assert.equal(told, [
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
    { kind: 'pod gone', service: 'backend', pod: 'backend-1' },
  ])
})

test('tell of an image that they wait for', async () => {
  const waiting = 'ADDED|mcp-1|mcp||False||ContainerCreating=todo-mcp:1 ErrImagePull=registry:5000/todo-mcp:2'
  const told = await hear(put('', `${waiting}\n`), 'the image', (told) => told.length > 1)
  assert.equal(told.slice(1), [{ kind: 'image missing', image: 'registry:5000/todo-mcp:2' }])
})

const at = (second: number) => `2026-11-29T08:32:${second}.123456789Z`
const texts = (told: readonly LoopEvent[]) =>
  told.flatMap((event) => (event.kind === 'log' ? [event.line.text] : []))

for (const code of [0, 1])
  test(`have their logs read on where a stream breaks with ${code}, each line once`, async () => {
    const kubectl = put('', 'ADDED|backend-1|backend||True|docker://2=backend\n', [
      { lines: [`${at(10)} one`, `${at(11)} two`], code },
      { lines: [`${at(11)} two`, `${at(12)} three`], code },
      { lines: [`${at(12)} three`, `${at(13)} four`] },
    ])
    const told = await hear(kubectl, 'the fourth line', (told) => texts(told).includes('four'))
    assert.equal(texts(told), ['one', 'two', 'three', 'four'])
    const since = calls().flatMap(([, ...words]) => words[words.indexOf('--since-time') + 1] ?? [])
    assert.equal(since.slice(-2), [at(11), at(12)])
  })

test('have their logs read to the end of the container, and no more', async () => {
  const kubectl = put(
    'ADDED|backend-1|backend||True|docker://1=migrate=ended docker://2=backend\n',
    'ADDED|backend-1|backend||True|docker://1=migrate=ended docker://2=backend\nADDED|mcp-1|mcp||True|\n',
    [
      { lines: [`${at(10)} migrated`], code: 0 },
      { lines: [`${at(11)} up`], code: 0 },
      { lines: [`${at(12)} still up`] },
    ],
  )
  await hear(kubectl, 'the second line of the one that runs', (told) => texts(told).includes('still up'))
  assert.is(calls().filter((words) => words.at(-1) === 'migrate').length, 1)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.run()
