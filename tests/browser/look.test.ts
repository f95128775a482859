import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openBrowser } from '../../lib/browser/browser.ts'
import { look } from '../../lib/browser/look.ts'

const test = suite('a look at a page')

const PAGE = `<!doctype html><html lang="en"><title>Spoilt</title><main><h1>Spoilt</h1>
<script>const given = new AbortController(); fetch('/given-up', given).catch(() => undefined)</script>
<input aria-label="Task"><script>
new MutationObserver(() => console.error('touched')).observe(document.querySelector('input'), { attributes: true })</script>
<img src="/gone.png" onerror="given.abort()">
<script>console.error('no tasks'); setTimeout(() => { throw new Error('thrown late') })</script></main></html>`

test('tells of the console, of requests that failed and were not given up, by their ids, and of what is not accessible', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers['x-request-id']} ${request.headers.cookie ?? ''}`.trim())
    if (request.url === '/given-up') return
    const isPage = request.url === '/page'
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html' }).end(isPage ? PAGE : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = mkdtempSync(join(tmpdir(), 'look-'))
  const browser = await openBrowser()
  try {
    const picture = join(folder, 'page.png')
    const seen = await look(browser, `${origin}/page`, [{ name: 'who', value: 'ada' }], 'see-1', picture)
    assert.is(seen.status, 200)
    assert.is(seen.title, 'Spoilt')
    const errors = seen.console.map(({ text }) => text)
    for (const text of ['no tasks', 'thrown late']) assert.ok(errors.includes(text), errors.join('\n'))
    assert.not.ok(
      errors.includes('touched'),
      'React that hydrates later would complain of what a picture changed',
    )
    assert.equal(
      seen.failed.map(({ url, why }) => [url, why]),
      [[`${origin}/gone.png`, '404']],
    )
    assert.ok(asked.includes(`/gone.png ${seen.failed[0]?.requestId} who=ada`), asked.join('\n'))
    assert.match(seen.failed[0]?.requestId ?? '', /^see-1-\d$/)
    assert.ok(seen.accessibility.some(({ rule }) => rule === 'image-alt'))
    assert.equal([...readFileSync(picture).subarray(1, 4)], [...Buffer.from('PNG')])
  } finally {
    await browser.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test.run()
