import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cookiePrefix } from '../src/server/cookie-prefix.ts'
import type { Settings } from '../src/server/settings.ts'

const stack: Settings = {
  backendUrl: 'http://127.0.0.1:8000',
  publicOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
  jwtIssuer: 'todo',
  jwtAudience: 'todo',
  port: '3000',
  trustedProxies: 'none',
  logLevel: 'info',
  databaseUrl: 'postgresql://todo@127.0.0.1:5432/todo',
  authSecret: 'one that is only in this test',
}

test('stacks that one browser sees on one host name their cookies differently', () => {
  const prefixes = [
    stack,
    // In a cluster of the same checkout, which may be given the same secret.
    { ...stack, publicOrigins: ['http://localhost:3000', 'http://localhost:30080'] },
    // With PORT_OFFSET.
    { ...stack, publicOrigins: ['http://localhost:4000', 'http://127.0.0.1:4000'] },
    // Of another checkout at the same address, after this one was taken down.
    { ...stack, authSecret: 'another that is only in this test' },
  ].map((other) => cookiePrefix(other as Settings))
  assert.is(new Set(prefixes).size, prefixes.length, prefixes.join())
  for (const prefix of prefixes) assert.match(prefix, /^todo-[0-9a-f]{8}$/)
})

test('replicas and restarts keep the name', () => {
  assert.is(cookiePrefix({ ...stack, port: '3001', logLevel: 'debug' }), cookiePrefix(stack))
})

test.run()
