import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Refused, refusalOf } from '../../src/client/refused.ts'
import { waitFor } from '../../src/client/wait.ts'

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

for (const [retryAfter, said] of [
  ['1', 'You can try again in 1 second.'],
  ['90', 'You can try again in 90 seconds.'],
  ['121', 'You can try again in 3 minutes.'],
  ['900', 'You can try again in 15 minutes.'],
  ['40000', 'You can try again in 12 hours.'],
  // https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3: a date it may be too.
  [new Date(Date.now() + 7_500_000).toUTCString(), 'You can try again in 3 hours.'],
  ['Fri, 31 Dec 1999 23:59:59 GMT', undefined],
  ['soon', undefined],
  ['0', undefined],
] as const)
  test(`429 with Retry-After ${retryAfter.replace(/\d+:.*/, '…')}: ${said}`, async () => {
    const refusal = await refusalOf(
      answer(429, '{"detail":"Today’s tokens are used up."}', { 'retry-after': retryAfter }),
    )
    assert.is(refusal.message, 'Today’s tokens are used up.')
    assert.is(waitFor(refusal), said)
  })

test('what is said already is not said twice', async () => {
  const said = 'The model is asked too often. Try again in 20 s.'
  const refusal = await refusalOf(answer(429, JSON.stringify({ detail: said }), { 'retry-after': '20' }))
  assert.is(refusal.retryAfter, 20)
  assert.is(waitFor(refusal), undefined)
})

test('only who asks too often is told when', async () => {
  const away = await refusalOf(answer(503, '{"detail":"Away."}', { 'retry-after': '2' }))
  assert.is(away.retryAfter, 2)
  assert.is(waitFor(away), undefined)
  assert.is(waitFor(new Refused('No answer came.')), undefined)
})

test.run()
