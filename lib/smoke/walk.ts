import type { CallOptions, StepTime, Travel, Way } from '../../k8s/model/journey.ts'

/**
 * Walks a journey, and takes away what it made. In a pod the source of this file stands after the journey's, so all but this
 * name is within it.
 *
 * @param report is called after each step that went well
 * @param reachingMs that all may take to become reachable
 * @throws Error that names the step that failed, what was asked and what came back
 */
export async function walk(
  travel: Travel,
  way: Way,
  report: (step: StepTime) => void,
  reachingMs = 20_000,
): Promise<void> {
  const { connect } = await import('node:net')
  const { setTimeout: pause } = await import('node:timers/promises')
  const undoing: (() => Promise<unknown>)[] = []

  const reach = async (...urls: readonly string[]) => {
    const deadline = Date.now() + reachingMs
    const addresses = urls.map((url) => new URL(url))
    await Promise.all(addresses.map((address) => reachOne(address, deadline)))
  }
  const reachOne = async (url: URL, deadline: number) => {
    for (;;)
      try {
        return await open(url)
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`reach ${url.host}: ${(error as Error).message}`)
        await pause(200)
      }
  }
  const open = ({ hostname, port }: URL) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port || 5432), timeout: 2_000 })
      socket
        .once('connect', () => resolve(void socket.destroy()))
        .once('timeout', () => socket.destroy(new Error('no answer')))
        .once('error', reject)
    })

  const step = async <Result>(name: string, action: () => Promise<Result>): Promise<Result> => {
    const began = performance.now()
    const result = await action().catch((error: unknown) => {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
    })
    report({ step: name, milliseconds: Math.round(performance.now() - began) })
    return result
  }

  const call = async <Answer>(method: string, url: string, asked: CallOptions = {}): Promise<Answer> => {
    const { headers = {}, body, expected = 200 } = asked
    const content = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(url, {
      method,
      headers: { ...content, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch(({ cause, message }: Error) => {
      throw new Error(`${method} ${url} failed: ${cause instanceof Error ? cause.message : message}`)
    })
    const text = await response.text()
    const { status, headers: received } = response
    if (status !== expected)
      throw new Error(`${method} ${url} was answered ${status}, not ${expected}: ${text.slice(0, 300)}`)
    const isJson = received.get('content-type')?.startsWith('application/json')
    return (isJson && text ? JSON.parse(text) : text) as Answer
  }

  const row = async <Row>(url: string, sql: string, values: readonly unknown[] = []) => {
    const { default: pg } = await import('pg')
    const address = new URL(url)
    // Without it node-postgres takes sslmode=require for verify-full, unlike libpq.
    if (address.searchParams.has('sslmode')) address.searchParams.set('uselibpqcompat', 'true')
    const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: 10_000 })
    await client.connect()
    try {
      return (await client.query(sql, [...values])).rows[0] as Row | undefined
    } finally {
      await client.end()
    }
  }

  const undoAll = async () => {
    for (const action of undoing.reverse()) await action()
  }
  try {
    await travel(way, { reach, step, call, row, undo: (action) => undoing.push(action) })
  } catch (error) {
    // What broke the step may break this too, or leave it without an answer: the step is what to tell.
    await Promise.race([undoAll(), pause(5_000, undefined, { ref: false })]).catch(() => undefined)
    throw error
  }
  await undoAll().catch((error: Error) => {
    throw new Error(`remove what it made: ${error.message}`)
  })
}
