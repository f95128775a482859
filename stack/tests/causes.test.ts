import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { texts } from '../../lib/diagnosis/lines/plain-lines.ts'
import { readLines } from '../../lib/diagnosis/lines/read.ts'
import { placeIn } from '../../lib/diagnosis/place.ts'
import { causes } from '../causes.ts'
import stack from '../stack.ts'

const test = suite('what our programs say when they fail')
const inCluster = {
  stack,
  cluster: { namespace: 'todo', services: ['backend', 'postgres'] },
  databasePort: 5432,
  portOffset: 0,
  runs: () => true,
}
const onHost = { ...inCluster, cluster: undefined }
const withoutStandIn = { ...inCluster, runs: (name: string) => name !== 'assistant-stub' }

for (const [what, said, cause, message] of [
  [
    'our word for a missing secret',
    'The secret DATABASE_URL is missing: put its value into the file /x.',
    'secret-key-missing',
    'DATABASE_URL',
  ],
  [
    'our word for a missing setting',
    'The setting JWKS_URL is missing: set the environment variable JWKS_URL.',
    'config-key-missing',
    'JWKS_URL',
  ],
  [
    'readiness of the backend',
    '{"status":"not ready","cause":"The schema is at no revision, 0003 is needed: migrate it."}',
    'migration-behind',
    'they are at no revision, 0003 is needed',
  ],
  [
    'readiness of the frontend',
    '{"status":"unready","detail":"The schema auth lacks user.image: run node migrate.mjs."}',
    'migration-behind',
    'lacks user.image',
  ],
  [
    'a refused key',
    '{"level":"warning","message":"The assistant failed: The model refused the key: check OPENAI_API_KEY."}',
    'model-key-refused',
    'refuses the key',
  ],
  [
    'a model that the vendor does not know',
    '{"level":"warning","message":"The assistant failed: The model answered 404: check OPENAI_MODEL and OPENAI_BASE_URL. It said: model \\"x\\" not found"}',
    'model-refused',
    'The model answered 404',
  ],
  [
    'a model that the vendor does not know, and says so',
    '{"level":"warning","message":"The assistant failed: The model is not known to its vendor: check OPENAI_MODEL. It said: x does not exist"}',
    'model-refused',
    'The model is not known',
  ],
  [
    'a model without tools',
    '{"level":"warning","message":"The assistant failed: The model cannot call tools: choose another one in OPENAI_MODEL. It said: gemma does not support tools"}',
    'model-refused',
    'It said: gemma does not support tools',
  ],
  [
    'an account without credit',
    "The assistant failed: The model's account has no credit left: see to it at its vendor. It said: (insufficient_quota)",
    'model-refused',
    'insufficient_quota',
  ],
  [
    'a rate limit',
    'The assistant failed: The model is asked too often. Try again in 7 s. It said: Rate limit reached',
    'model-refused',
    'Rate limit reached',
  ],
] as const)
  test(what, () => {
    const place = placeIn(inCluster, 'deployment/backend')
    const reading = readLines(said.split('\n').flatMap(texts), place, causes, false)
    assert.is(reading?.cause, cause)
    assert.match(reading?.message ?? '', message)
    assert.ok(reading?.cure)
  })

for (const [what, said, where, surroundings, cause, cure] of [
  // Whose migration it is.
  [
    'the frontend’s tables',
    'The schema auth lacks user.image: run node migrate.mjs.',
    'deployment/frontend',
    inCluster,
    'migration-behind',
    'deployment/frontend',
  ],
  [
    'the backend’s tables',
    'The schema is at 0001, 0003 is needed: migrate it.',
    'deployment/backend',
    inCluster,
    'migration-behind',
    'deployment/backend',
  ],
  [
    'the MCP server’s tables, which are the backend’s',
    'The schema is at 0001, 0003 is needed: migrate it.',
    'deployment/mcp',
    inCluster,
    'migration-behind',
    'deployment/backend',
  ],
  [
    'a setting of the stand-in',
    'The environment variable PORT is missing; set it to a port number such as 8002.',
    'deployment/assistant-stub',
    inCluster,
    'config-key-missing',
    'PORT',
  ],
  [
    'a missing secret, in the cluster',
    'The secret DATABASE_URL is missing: x.',
    'deployment/backend',
    inCluster,
    'secret-key-missing',
    'npm run secrets',
  ],
  [
    'a missing secret, here',
    'The secret DATABASE_URL is missing: x.',
    'backend',
    onHost,
    'secret-key-missing',
    'npm run up',
  ],
  [
    'a refused key, here',
    'The model refused the key: check OPENAI_API_KEY.',
    'backend',
    onHost,
    'model-key-refused',
    'then npm run up',
  ],
  [
    'a model that is away',
    'The model cannot be reached: x.',
    'deployment/backend',
    withoutStandIn,
    'model-unreachable',
    'OPENAI_BASE_URL',
  ],
  [
    'a stand-in that is away',
    'The model cannot be reached: x.',
    'deployment/backend',
    inCluster,
    'model-unreachable',
    'it is the stand-in: kubectl -n todo',
  ],
  [
    'a stand-in that is away, here',
    'The model cannot be reached: x.',
    'backend',
    onHost,
    'model-unreachable',
    'it is the stand-in: npm run up',
  ],
] as const)
  test(`the cure fits the place: ${what}`, () => {
    const reading = readLines([said], placeIn(surroundings, where), causes, false)
    assert.is(reading?.cause, cause)
    assert.ok((reading?.cure ?? '').includes(cure), reading?.cure)
  })

test.run()
