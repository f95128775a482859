import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lacking } from '../../../lib/cluster/target.ts'
import type { ToolName } from '../../../lib/cluster/versions.ts'
import { openApplication } from '../../../lib/stack/application.ts'

const test = suite('what the cluster target lacks')
const folder = mkdtempSync(join(tmpdir(), 'lacking-'))
const file = join(folder, 'env')
test.before(() => {
  process.env.TODO_ENV_FILE = file
})
test.after(() => {
  delete process.env.TODO_ENV_FILE
  rmSync(folder, { recursive: true })
})

const application = await openApplication()
const tool = (name: ToolName) => ({ name, path: `/${name}`, version: 'v1' })

for (const [context, missing] of [
  ['', ['minikube or kind']],
  ['minikube', ['minikube or kind']],
  ['kind-todo', ['minikube or kind']],
  ['docker-desktop', []],
  ['kind-other', []],
] as const)
  test(`with KUBE_CONTEXT=${context}, and nothing that makes a cluster`, () => {
    writeFileSync(file, `KUBE_CONTEXT=${context}\n`)
    assert.equal(lacking(application, { skaffold: tool('skaffold'), kubectl: tool('kubectl') }), missing)
    assert.equal(lacking(application, {}), ['skaffold', 'kubectl', ...missing])
  })

test.run()
