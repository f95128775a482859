import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('in development the page reloads under each of its public names', async () => {
  process.env.PUBLIC_ORIGINS = 'http://localhost:3000,https://todo.example.com'
  const { default: config } = await import('../next.config.ts')
  assert.equal(config.allowedDevOrigins, ['localhost', 'todo.example.com'])
})

test.run()
