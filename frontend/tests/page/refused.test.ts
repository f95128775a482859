import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusalOf } from '../../src/client/refused.ts'

function answer(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers })
}

test('a problem document gives its sentence, its complaints and the request', async () => {
  const refusal = await refusalOf(
    answer(
      422,
      JSON.stringify({
        title: 'Unprocessable Content',
        status: 422,
        detail: 'title: too long.',
        request_id: 'r-1',
        errors: [{ loc: ['body', 'title'], msg: 'too long', type: 'string_too_long' }],
      }),
    ),
  )
  assert.is(refusal.message, 'title: too long.')
  assert.is(refusal.requestId, 'r-1')
  assert.equal(refusal.complaints, [{ field: 'title', message: 'too long' }])
  assert.not.ok(refusal.mayPass)
})

test('pointers name fields too', async () => {
  const refusal = await refusalOf(
    answer(422, '{"detail":"No.","errors":[{"pointer":"/tags/0","detail":"blank"}]}'),
  )
  assert.equal(refusal.complaints, [{ field: 'tags', message: 'blank' }])
})

test('Better Auth says it in its own way', async () => {
  const refusal = await refusalOf(answer(401, '{"message":"Invalid email or password","code":"X"}'))
  assert.is(refusal.message, 'Invalid email or password')
})

test('an answer that says nothing is still a sentence, with the request from its header', async () => {
  const refusal = await refusalOf(answer(503, '<html>', { 'x-request-id': 'r-2' }))
  assert.is(refusal.message, 'The server answered with status 503. Try again in a moment.')
  assert.is(refusal.requestId, 'r-2')
  assert.ok(refusal.mayPass)
})

test.run()
