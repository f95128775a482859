import { spawn } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openApi } from '../../../lib/cluster/api.ts'
import type { ObserveDrift } from '../../../lib/diagnosis/observe-drift.ts'
import { watchCauses } from '../../../lib/diagnosis/watch.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { eventually } from '../../cluster/deadline.ts'
import { MAIN } from '../../k8s/main-stack.ts'
import { standInApi } from './stand-in-api.ts'

const test = suite('the watch')
const SECONDS = 20
const DNS = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices'
const PODS = '/api/v1/namespaces/todo/pods'
let api: ReturnType<typeof standInApi>
test.before.each(() => {
  api = standInApi()
})
test.after.each(() => api.remove())

/** The backend's pod, whose container waits for this reason, or runs. */
function backend(reason?: string) {
  const time = new Date(Date.now() - 60_000).toISOString()
  const status = reason
    ? { ready: false, state: { waiting: { reason, message: '' } } }
    : { ready: true, state: { running: { startedAt: time } } }
  return {
    metadata: { name: 'backend', namespace: 'todo', uid: '1', creationTimestamp: time },
    spec: { containers: [{ name: 'backend', image: 'todo-backend:1' }] },
    status: {
      phase: 'Running',
      conditions: [],
      containerStatuses: [{ name: 'backend', restartCount: 0, ...status }],
    },
  }
}

const world = (reason?: string) => ({ items: { [PODS]: [backend(reason)], [DNS]: [{ endpoints: [{}] }] } })
const show = (reason?: string) => api.show(world(reason))

/** What is told, as `+cause` and `-cause`. */
function watching(drift?: ObserveDrift) {
  const told: string[] = []
  const stop = new AbortController()
  const ended = watchCauses(
    openApi('any', stop.signal),
    { stack: MAIN, causes: [], secrets: [], drift },
    ({ fresh, gone }) => {
      told.push(...fresh.map(({ cause }) => `+${cause}`), ...gone.map(({ cause }) => `-${cause}`))
    },
    stop.signal,
  )
  return {
    told,
    until: (what: string) => eventually(what, SECONDS, async () => told.includes(what)),
    end: () => {
      stop.abort()
      return ended
    },
  }
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('tells a cause once, and when it is gone', async () => {
  const { told, until, end } = watching()
  show('ErrImagePull')
  await until('+image-missing')
  show('ImagePullBackOff')
  show()
  await until('-image-missing')
  await end()
  assert.equal(told, ['+image-missing', '-image-missing'])
})

test('another cause at the same place takes the place of the first', async () => {
  const { told, until, end } = watching()
  show('ErrImagePull')
  await until('+image-missing')
  show('CreateContainerError')
  await until('-image-missing')
  await end()
  assert.equal(told, ['+image-missing', '+container-not-created', '-image-missing'])
})

test('goes on where the API server went away, and forgets nothing', async () => {
  const { told, until, end } = watching()
  show('ErrImagePull')
  await until('+image-missing')
  const [first = 0] = api.proxies()
  api.show({ ...world('ErrImagePull'), dies: first })
  await eventually('a second proxy', SECONDS, async () => api.proxies().length > 1)
  show()
  await until('-image-missing')
  await end()
  assert.is(told.filter((line) => line === '+image-missing').length, 1)
})

test('a cluster that is away for long is a finding, until it answers again', async () => {
  const { told, until, end } = watching()
  show('ErrImagePull')
  await until('+image-missing')
  api.show({ isAway: true })
  await until('+cluster-away')
  show('ErrImagePull')
  await until('-cluster-away')
  await end()
  assert.equal(told, ['+image-missing', '+cluster-away', '-cluster-away'])
})

test('what is changed by hand is told, and that it was put back', async () => {
  const deployments = { '/apis/apps/v1/namespaces/todo/deployments': [backend()] }
  const seen = (changed: boolean) =>
    api.show({ items: { ...world().items, ...deployments, changed: changed ? [{}] : [] } })
  let changed = false
  const { told, until, end } = watching(async () =>
    changed ? [{ where: 'networkpolicy/default-deny', live: undefined, differences: [] }] : [],
  )
  seen(false)
  changed = true
  seen(true)
  await until('+drifted')
  changed = false
  seen(false)
  await until('-drifted')
  await end()
  assert.equal(told, ['+drifted', '-drifted'])
})

test('waits for an API server that is not there yet', async () => {
  const { until, end } = watching()
  api.remove()
  api = standInApi()
  show('ErrImagePull')
  await until('+image-missing')
  await end()
})

test('its end leaves no process', async () => {
  const { until, end } = watching()
  show('ErrImagePull')
  await until('+image-missing')
  await end()
  await eventually('the proxy being gone', SECONDS, async () => !api.proxies().some(isAlive))
})

test('not even a process that is killed leaves its proxy behind', async () => {
  const program = `import { openApi } from './lib/cluster/api.ts'
    import { watchCauses } from './lib/diagnosis/watch.ts'
    import stack from './stack/stack.ts'
    const watched = { stack, causes: [], secrets: [] }
    await watchCauses(openApi('any'), watched, () => undefined, new AbortController().signal)`
  const words = ['--import', 'tsx', '--input-type=module', '-e', program]
  const child = spawn(process.execPath, words, { cwd: CHECKOUT, stdio: 'ignore' })
  await eventually('a proxy', SECONDS, async () => api.proxies().some(isAlive))
  child.kill('SIGKILL')
  await eventually('the proxy being gone', SECONDS, async () => !api.proxies().some(isAlive))
})

test.run()
