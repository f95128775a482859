import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../loop/event.ts'
import { followPods } from '../../loop/pods.ts'
import { eventually } from '../cluster/deadline.ts'

const test = suite('pods')
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'pods-'))
})
test.after.each(() => rmSync(folder, { recursive: true }))

/** A kubectl whose watch prints `changes.1`, then `changes.2` when it is asked again, and whose logs name the container. */
function put(first: string, second: string): string {
  writeFileSync(join(folder, 'changes.1'), first)
  writeFileSync(join(folder, 'changes.2'), second)
  const kubectl = join(folder, 'kubectl')
  const script = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs')
const words = process.argv.slice(2)
const at = (name) => ${JSON.stringify(folder)} + '/' + name
appendFileSync(at('calls'), JSON.stringify([process.pid, ...words]) + '\\n')
if (words[4] === 'logs') console.log('from ' + words.slice(-3).join(' '))
else {
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

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.run()
