import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../../k8s/services.ts'
import { broughtAs } from '../../../lib/loop/deployed.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

const test = suite('how what is no source comes to what runs')
const application = await openApplication()

for (const [path, brought] of [
  ['.env.local', 'settings'],
  ['stack/stack.ts', 'model'],
  ['stack/tests/journey.test.ts', undefined],
  ['k8s/pod.ts', 'model'],
  ['hooks/render.ts', 'model'],
  ['docker/python.Dockerfile', 'image'],
  ['apps/backend/uv.lock', 'packages'],
  ['apps/backend/pyproject.toml', 'packages'],
  ['apps/backend/migrations/versions/0001.py', 'image'],
  ['apps/frontend/package-lock.json', 'image'],
  ['lib/runtimes/python/reload/server.py', 'image'],
  ['apps/backend/tests/test_auth.py', undefined],
  ['apps/backend/README.md', undefined],
  ['k8s/rendered/README.md', undefined],
  ['README.md', undefined],
] as const)
  test(`${path} is ${brought ? `brought as ${brought}` : 'not brought'}`, () =>
    assert.is(broughtAs(application, programs(DEFAULTS), path), brought))

test.run()
