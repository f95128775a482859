import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backTo } from '../../src/client/back.ts'

const here = 'http://localhost:3000'

/** What somebody may put into an address to have a browser sent to another site, and what might look like it. */
const elsewhere = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  // Browsers drop tabs and line ends wherever they stand in an address.
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  '/\t\\evil.example',
  '/\r\n//evil.example',
  ' //evil.example',
  '\u0000//evil.example',
  // Dots go away in reading.
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/./\\evil.example',
  '//localhost:3000@evil.example',
  '//evil.example:80@localhost',
  'http://localhost:3000@evil.example',
  'http:evil.example',
  'http:/evil.example',
  'https://evil.example/',
  'HtTpS://evil.example/',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '@evil.example',
  '.evil.example',
]

for (const value of elsewhere)
  test(`signing in leads from ${JSON.stringify(value)} to no other site`, () => {
    const led = backTo(value)
    assert.is(new URL(led, here).origin, here)
    assert.is(new URL(led, `${here}/sign-in`).origin, here)
    assert.match(led, /^\/(?![/\\])[!-~]*$/)
  })

test('signing in leads back to where one was, else to the tasks', () => {
  for (const [value, led] of [
    ['/?status=pending&q=a%20b', '/?status=pending&q=a%20b'],
    ['/settings#theme', '/settings#theme'],
    // Slashes, colons and addresses behind the question mark name no site.
    ['/?q=//evil.example', '/?q=//evil.example'],
    ['/?q=Müsli', '/?q=M%C3%BCsli'],
    ['', '/'],
    [undefined, '/'],
  ] as const)
    assert.is(backTo(value), led)
})

test.run()
