import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { installers } from '../../../k8s/packages.ts'
import type { Kubectl } from '../../../lib/cluster/kubectl.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { followInCluster } from '../../../lib/loop/packages/in-cluster.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

const test = suite('packages of pods and lock files')
const READY: LoopEvent = { kind: 'pod', service: 'x-packages', pod: 'x-packages-1', ready: true }

/** A loop over a folder of its own, with a cluster that is answered for by `answer`. */
async function following(
  answer: () => string | Promise<string>,
  act: (loop: Loop) => Promise<void>,
  settings = DEFAULTS,
) {
  const folder = mkdtempSync(join(tmpdir(), 'packages-test-'))
  const over = new AbortController()
  const [installer] = installers(settings)
  if (!installer) throw new Error('the model installs nothing')
  const events = new EventEmitter()
  const asked: string[] = []
  const kubectl: Kubectl = async (words, { input = '' } = {}) => {
    const unpacked = await $({ quiet: true, input })`tar -xOf - ./uv.lock`
    asked.push(`${words.slice(0, 4).join(' ')}: ${unpacked.stdout}`)
    return answer()
  }
  const told: (() => LoopEvent | undefined)[] = []
  const heard: LoopEvent[] = []
  const tell = (event: LoopEvent) => {
    heard.push(event)
    events.emit('told')
  }
  const directory = relative(CHECKOUT, folder)
  const save = (text: string) => {
    writeFileSync(join(folder, 'part'), text)
    renameSync(join(folder, 'part'), join(folder, 'uv.lock'))
  }
  const next = async () => {
    while (heard.length === told.length) await once(events, 'told')
    const event = heard[told.length]
    told.push(() => event)
    return event
  }
  const after = (action: () => void) => action()
  save('first')
  const hear = followInCluster(kubectl, [{ ...installer, name: 'x-packages', directory }], {
    tell,
    pause: { after, isOn: () => false },
    signal: over.signal,
  })
  try {
    await act({ save, next, hear, asked, lock: join(directory, 'uv.lock') })
  } finally {
    over.abort()
    rmSync(folder, { recursive: true })
  }
}

interface Loop {
  readonly save: (text: string) => void
  readonly next: () => Promise<LoopEvent | undefined>
  readonly hear: (event: LoopEvent) => void
  readonly asked: readonly string[]
  readonly lock: string
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const summary = (event: LoopEvent | undefined) =>
  event?.kind === 'packages' &&
  [event.status, event.packages ?? event.error, [...event.files.values()].join()].filter(Boolean).join(' ')

test('what is on the disk is installed by an installer that is ready, then each save of it', async () => {
  const answers = ['{"packages":"a"}', 'Resolving\n{"packages":"b"}']
  await following(
    () => answers.shift() ?? '',
    async ({ save, next, hear, asked, lock }) => {
      hear(READY)
      const first = await next()
      assert.is(summary(first), `succeeded a ${hash('first')}`)
      assert.equal(first?.kind === 'packages' && [...first.files.keys()], [lock])
      save('second')
      assert.is(summary(await next()), `running ${hash('second')}`)
      assert.is(summary(await next()), `succeeded b ${hash('second')}`)
      const exec = 'exec --stdin deployment/x-packages --'
      assert.equal(asked, [`${exec}: first`, `${exec}: second`])
    },
  )
})

test('what cannot be installed is told with the reason, and tried again at the next save of the same', async () => {
  const answers = ['{"packages":"a"}', '{"error":"offline"}', 'a crash', '{"packages":"b"}']
  await following(
    () => answers.shift() ?? '',
    async ({ save, next, hear }) => {
      hear(READY)
      await next()
      save('second')
      await next()
      assert.is(summary(await next()), `failed offline ${hash('second')}`)
      save('second')
      await next()
      assert.match(String(summary(await next())), /^failed .+ [0-9a-f]{64}$/)
      save('second')
      await next()
      assert.is(summary(await next()), `succeeded b ${hash('second')}`)
    },
  )
})

test('what is saved while something is installed is installed after it', async () => {
  const begun = new EventEmitter()
  let go: () => void = () => undefined
  const answers = [
    () => '{"packages":"a"}',
    () =>
      new Promise<string>((resolve) => {
        go = () => resolve('{"packages":"b"}')
        begun.emit('begun')
      }),
    () => '{"packages":"c"}',
  ]
  await following(
    () => answers.shift()?.() ?? '',
    async ({ save, next, hear, asked }) => {
      hear(READY)
      await next()
      const isBegun = once(begun, 'begun')
      save('second')
      await isBegun
      save('third')
      // The save is noticed while that one still goes on, or after it: it makes no difference.
      go()
      await next()
      assert.is(summary(await next()), `succeeded b ${hash('second')}`)
      await next()
      assert.is(summary(await next()), `succeeded c ${hash('third')}`)
      assert.is(asked.length, 3)
    },
  )
})

test('an installer that is there anew installs what is on the disk, whatever was installed before', async () => {
  const answers = ['{"packages":"a"}', '{"packages":"a"}']
  await following(
    () => answers.shift() ?? '',
    async ({ next, hear, asked }) => {
      hear(READY)
      await next()
      hear({ kind: 'pod gone', service: 'x-packages', pod: 'x-packages-1' })
      hear({ ...READY, pod: 'x-packages-2' })
      assert.is(summary(await next()), `succeeded a ${hash('first')}`)
      assert.is(asked.length, 2)
    },
  )
})

test('what is saved is installed also where a pod of before, which was evicted, is still told of', async () => {
  const answers = ['{"packages":"a"}', '{"packages":"b"}']
  await following(
    () => answers.shift() ?? '',
    async ({ save, next, hear }) => {
      hear(READY)
      await next()
      hear({ ...READY, pod: 'x-packages-0', ready: false })
      hear({ kind: 'pod gone', service: 'x-packages', pod: 'x-packages-0' })
      save('second')
      await next()
      assert.is(summary(await next()), `succeeded b ${hash('second')}`)
    },
  )
})

test('a program with a debugger keeps the packages of its image, and says so until they are those of the lock file again', async () => {
  const [debugged = ''] = installers(DEFAULTS).flatMap(({ programs }) => programs.map(({ name }) => name))
  const answers = ['{"packages":"a"}', '{"packages":"b"}', '{"packages":"a"}']
  await following(
    () => answers.shift() ?? '',
    async ({ save, next, hear }) => {
      /** What is told of the debugged one, up to this status. */
      const until = async (status: string) => {
        for (;;) {
          const event = await next()
          if (event?.kind !== 'packages' || !event.services.includes(debugged)) continue
          assert.equal(event.services, [debugged])
          if (event.status === status) return event
        }
      }
      hear(READY)
      await until('succeeded')
      save('second')
      const { error, cure = '' } = await until('failed')
      assert.is(error, 'a program with a debugger has those of its image')
      assert.match(cure, 'npm run dev')
      save('first')
      assert.is((await until('succeeded')).packages, undefined)
    },
    { ...DEFAULTS, debug: [debugged] },
  )
})

test('a service that joins hears which packages are installed', async () => {
  const answers = ['{"packages":"a"}', '{"packages":"a"}']
  await following(
    () => answers.shift() ?? '',
    async ({ next, hear }) => {
      hear(READY)
      const first = await next()
      const [name = ''] = first?.kind === 'packages' ? first.services : []
      hear({ kind: 'joined', members: [{ name }] })
      assert.is(summary(await next()), `succeeded a ${hash('first')}`)
    },
  )
})

test.run()
