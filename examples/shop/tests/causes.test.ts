import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { texts } from '../../../lib/diagnosis/lines/plain-lines.ts'
import { readLines } from '../../../lib/diagnosis/lines/read.ts'
import { placeIn } from '../../../lib/diagnosis/place.ts'
import { causes } from '../causes.ts'
import stack from '../stack.ts'

const test = suite('what the shop says when it fails')
const inCluster = {
  stack,
  cluster: { namespace: 'shop', services: Object.keys(stack.services) },
  databasePort: undefined,
  portOffset: 0,
  runs: () => true,
}

for (const [what, said, cause, cure] of [
  [
    'the API, where the cache has another password',
    '{"level":"error","message":"The cache failed: WRONGPASS invalid username-password pair or user is disabled."}',
    'cache-password',
    /rollout restart statefulset\/cache/,
  ],
  [
    'the API without its secret',
    '{"level":"error","message":"The shop cannot be open: open /run/secrets/shop/CACHE_URL: no such file or directory"}',
    'secret-key-missing',
    /npm run/,
  ],
  [
    'the API, where the cache is away',
    '{"level":"error","message":"The cache failed: dial tcp 10.96.3.4:6379: connect: connection refused"}',
    'service-refused',
    /describe service cache/,
  ],
  [
    'the reloader, of an API that does not compile',
    '{"level":"error","message":"Does not compile: shelf.go:22:10: undefined: Enamel","event":"broken"}',
    'program-broken',
    /correct shelf\.go/,
  ],
] as const)
  test(`${what}: ${cause}`, () => {
    const reading = readLines(texts(said), placeIn(inCluster, 'deployment/api'), causes, true)
    assert.is(reading?.cause, cause)
    assert.match(reading?.cure ?? '', cure)
  })

test.run()
