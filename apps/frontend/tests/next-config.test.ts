import { test } from 'uvu'
import * as assert from 'uvu/assert'

process.env.PUBLIC_ORIGINS = 'http://localhost:3000,https://todo.example.com'
// By a name that the type checker does not follow: Next's types would change Node's for every test.
const file = new URL('../next.config.ts', import.meta.url).href
const { default: config } = (await import(file)) as {
  default: { allowedDevOrigins: string[]; typescript?: { ignoreBuildErrors?: boolean } }
}

test('in development the page reloads under each of its public names', () => {
  assert.equal(config.allowedDevOrigins, ['localhost', 'todo.example.com'])
})

test('a build checks no types: those of tests need packages that production has not', () => {
  assert.is(config.typescript?.ignoreBuildErrors, true)
})

test.run()
