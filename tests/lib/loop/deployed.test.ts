import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../../k8s/services.ts'
import { isDeployed } from '../../../lib/loop/deployed.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

const test = suite('what a deployment brings')
const application = await openApplication()

for (const [path, brought] of [
  ['.env.local', true],
  ['stack/stack.ts', true],
  ['stack/tests/journey.test.ts', false],
  ['k8s/pod.ts', true],
  ['hooks/render.ts', true],
  ['docker/python.Dockerfile', true],
  ['apps/backend/uv.lock', true],
  ['apps/backend/migrations/versions/0001.py', true],
  ['apps/frontend/package-lock.json', true],
  ['lib/runtimes/python/reload/server.py', true],
  ['apps/backend/tests/test_auth.py', false],
  ['apps/backend/README.md', false],
  ['k8s/rendered/README.md', false],
  ['README.md', false],
] as const)
  test(`${path} ${brought ? 'reaches' : 'does not reach'} what runs`, () =>
    assert.is(isDeployed(application, programs(DEFAULTS), path), brought))

test.run()
