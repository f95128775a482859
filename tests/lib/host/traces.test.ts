import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { suite } from 'uvu'
import { openBrowser } from '../../../lib/browser/browser.ts'
import { openContext } from '../../../stack/tests/stage.ts'
import { say } from '../../../stack/tests/stories/chat.ts'
import { signUp } from '../../../stack/tests/user.ts'
import { eventually } from '../../cluster/deadline.ts'
import { openStage } from '../loop/dashboard-stage.ts'
import { command, forgetSettings, ORIGIN, query, useSettings } from './host-target.ts'

const test = suite('traces of a stack that has a collector')

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[]
}

interface Sent {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: Span['attributes'] }
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

/** All that came, each with the service that it is of. */
const spans: (Span & { readonly of: string | undefined })[] = []
let collector: Server
/** Is given all that comes. */
let hear = (_data: Record<string, unknown>): void => undefined

test.before(async () => {
  collector = createServer(async (request, response) => {
    const sent = (await json(request)) as Sent
    hear({ ...sent })
    const { resourceSpans = [] } = sent
    for (const { resource, scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        spans.push({ ...span, of: textOf(resource.attributes, 'service.name') })
    response.setHeader('content-type', 'application/json').end('{}')
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const address = collector.address()
  assert.ok(address && typeof address !== 'string')
  useSettings([`OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${address.port}`])
  await command('down', ['--target', 'host', '--data'])
  const { code, stdout, stderr } = await command('up')
  assert.equal(code, 0, stdout + stderr)
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
  collector.close()
})

function textOf(attributes: Span['attributes'], name: string): string | undefined {
  return attributes.find(({ key }) => key === name)?.value.stringValue
}

/** From the first to this one. */
function way(span: (typeof spans)[number]): string[] {
  const above = spans.find(({ spanId }) => spanId === span.parentSpanId)
  return [...(above ? way(above) : []), `${span.of}: ${span.name}`]
}

test('a message in the browser is one trace, down to the row that it makes', async () => {
  const browser = await openBrowser()
  try {
    const user = await signUp(ORIGIN)
    const page = await (await openContext(browser, ORIGIN, user)).newPage()
    const tracing = page.waitForRequest((request) => request.url() === `${ORIGIN}/api/telemetry`)
    await page.goto('/')
    // It has sent how it was loaded: from now on it traces.
    await tracing
    await say(page, 'Add a task to water the plants')
    await page.getByText('“Water the plants”').first().waitFor()
    const hops = [
      'frontend: POST',
      'frontend: POST',
      'frontend: POST /api/backend',
      'frontend: executing api route (app) /api/backend',
      'backend: POST /api/{user_id}/chat/stream',
      'backend: invoke_agent todo',
      'backend: round 1',
      'backend: MCP send tools/call add_task',
      'mcp: tools/call add_task',
      'mcp: INSERT tasks',
    ]
    const rows = () => spans.filter(({ name }) => name === 'INSERT tasks')
    // Each program sends its part when it comes to it.
    await eventually('the trace is whole', 60, async () =>
      rows().some((row) => way(row).length >= hops.length),
    )
    const row = rows().at(-1)
    assert.deepEqual(row && way(row), hops)
    const requests = spans
      .filter(({ traceId, name }) => traceId === row?.traceId && /^(POST|INSERT tasks)$/.test(name))
      .map(({ attributes }) => textOf(attributes, 'request_id'))
    assert.equal(new Set(requests).size, 1)
    assert.match(requests[0] ?? '', /./)
  } finally {
    await browser.close()
  }
})

test('a statement that takes long is found with three clicks from the first view of the dashboard', async () => {
  const browser = await openBrowser()
  const stage = await openStage()
  try {
    await query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';
      CREATE TRIGGER slow BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION slow()`)
    const page = await (await openContext(browser, ORIGIN, await signUp(ORIGIN))).newPage()
    await page.goto('/')
    hear = (data) => stage.session.tell({ kind: 'telemetry', service: 'stack', data, at: Date.now() })
    await say(page, 'Add a task to feed the cat')
    await page.getByText('“Feed the cat”').first().waitFor()
    const dashboard = await browser.newPage()
    await dashboard.goto(stage.url)
    await dashboard.getByRole('link', { name: 'the slowest' }).click()
    await dashboard.getByRole('link', { name: /POST \/api\/.*\/chat\/stream .*mcp/ }).click()
    await dashboard.getByRole('button', { name: /mcp INSERT tasks/ }).click()
    const chosen = await dashboard.getByRole('region', { name: 'The chosen span' }).innerText()
    const [, took] = /(\d+) ms/.exec(chosen) ?? []
    assert.ok(Number(took) >= 500, chosen)
  } finally {
    hear = () => undefined
    await browser.close()
    stage.close()
    await query('DROP FUNCTION IF EXISTS slow CASCADE')
  }
})

test('only so much is taken of what browsers trace, and only from the pages of the stack', async () => {
  const send = async (body: string, origin = ORIGIN) => {
    const headers = { 'content-type': 'application/json', origin }
    return (await fetch(`${ORIGIN}/api/telemetry`, { method: 'POST', headers, body })).status
  }
  const named = (name: string) =>
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'backend' } }] },
          scopeSpans: [
            { spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name, attributes: [] }] },
          ],
        },
      ],
    })
  assert.equal(await send(named('mine')), 200)
  assert.equal(await send(named('theirs'), 'https://elsewhere.example'), 403)
  assert.equal(await send(named('x'.repeat(64 * 1024))), 413)
  assert.equal(await send('{"resourceSpans":"x"'), 422)
  const many = await Promise.all(Array.from({ length: 100 }, () => send('{}')))
  assert.ok(many.includes(429))
  await eventually('what was taken has come', 60, async () => spans.some(({ name }) => name === 'mine'))
  assert.equal(spans.find(({ name }) => name === 'mine')?.of, 'frontend')
  assert.ok(!spans.some(({ name }) => name === 'theirs'))
})

test.run()
