import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openBrowser } from '../../lib/browser/browser.ts'
import { openContext } from '../../stack/tests/stage.ts'

const test = suite('the browser of the stories')

/** Ids of the processes that hear of the machine's network interfaces: they have a socket of protocol 0, NETLINK_ROUTE. */
function hearing(): number[] {
  const [, ...sockets] = readFileSync('/proc/net/netlink', 'utf8').trim().split('\n')
  return sockets.flatMap((line) => {
    const [, protocol, id, groups] = line.trim().split(/\s+/)
    return protocol === '0' && groups !== '00000000' ? [Number(id)] : []
  })
}

test('hears nothing of network interfaces that come and go, and has a network', async () => {
  if (process.platform !== 'linux') return console.log('not run: what only a browser on Linux hears')
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    assert.is(await page.evaluate('navigator.onLine'), true)
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    assert.ok(processInfo.length > 0)
    const ids = hearing()
    assert.equal(
      processInfo.filter(({ id }) => ids.includes(id)),
      [],
    )
  } finally {
    await browser.close()
  }
})

test('outlives what a story that failed has not waited for', async () => {
  const browser = await openBrowser()
  try {
    const nobody = { id: '', token: '', email: '', password: '', cookie: 'a=b' }
    const context = await openContext(browser, 'http://localhost', nobody)
    const page = await context.newPage()
    void page.waitForResponse('**/never')
    await context.close()
    // A rejection that nobody has seen to by now ends the process.
    await turn()
  } finally {
    await browser.close()
  }
})

test.run()
