import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../k8s/manifests.ts'
import type { InitScripts } from '../../k8s/model/choices.ts'
import { parseSettings, type Settings } from '../../k8s/settings.ts'
import { MAIN } from './main-stack.ts'
import { breachesOfRestricted } from './restricted.ts'

const test = suite('init scripts')
const SCRIPTS = { '10-roles.sql': 'CREATE ROLE reader;\n', '20-extras.sql': 'SELECT 1;\n' }

function settingsWith(scripts: InitScripts, file: Record<string, string> = {}): Settings {
  const { settings, problems } = parseSettings(MAIN, file, {}, scripts)
  if (!settings) throw new Error(JSON.stringify(problems))
  return settings
}

function database(settings: Settings) {
  const objects = manifests(settings, 'run').get('postgres') ?? []
  return {
    scripts: objects.find(({ kind }) => kind === 'ConfigMap') as ConfigMap | undefined,
    pod: (objects.find(({ kind }) => kind === 'StatefulSet') as StatefulSet).spec?.template.spec,
  }
}

test('they are a ConfigMap that the database is made with, where the image looks for them', () => {
  const { scripts, pod } = database(settingsWith(SCRIPTS))
  assert.is(scripts?.metadata?.name, 'todo-postgres-init')
  assert.equal(scripts?.data, SCRIPTS)
  const [init] = pod?.initContainers ?? []
  const mount = init?.volumeMounts?.find(({ mountPath }) => mountPath === '/docker-entrypoint-initdb.d')
  const volume = pod?.volumes?.find(({ name }) => name === mount?.name)
  assert.is(volume?.configMap?.name, 'todo-postgres-init')
  assert.is(init?.image, pod?.containers[0]?.image)
  assert.equal(pod && breachesOfRestricted(pod), [])
})

test('where one fails, nothing of the database is left for the next start', () => {
  const [init] = database(settingsWith(SCRIPTS)).pod?.initContainers ?? []
  const folder = mkdtempSync(join(tmpdir(), 'init-scripts-'))
  const data = join(folder, 'data')
  const put = (name: string, script: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}`, { mode: 0o755 })
  const start = () => {
    const [program = '', ...words] = init?.command ?? []
    return spawnSync(program, words, { env: { PATH: `${folder}:${process.env.PATH}`, PGDATA: data } }).status
  }
  put('docker-ensure-initdb.sh', 'mkdir "$PGDATA" && echo 17 > "$PGDATA/PG_VERSION" && exit 3')
  assert.equal([start(), existsSync(data)], [3, false])
  put('docker-ensure-initdb.sh', 'mkdir "$PGDATA" && echo 17 > "$PGDATA/PG_VERSION"')
  assert.equal([start(), existsSync(data)], [0, true])
  put('docker-ensure-initdb.sh', 'exit 3')
  assert.equal([start(), existsSync(data)], [0, true])
  rmSync(folder, { recursive: true })
})

test('without any, nothing of them is rendered', () => {
  const { scripts, pod } = database(settingsWith({}))
  assert.is(scripts, undefined)
  assert.is(pod?.initContainers, undefined)
})

test('an external database is made elsewhere', () => {
  const settings = settingsWith(SCRIPTS, { DATABASE_URL: 'postgresql://todo@db.example/todo' })
  assert.not.ok(
    [...manifests(settings, 'run').values()].flat().some(({ metadata }) => metadata?.name?.includes('init')),
  )
})

test('what no ConfigMap can hold is refused', () => {
  const scripts = { 'my script.sql': '', 'big.sql': '-'.repeat(2 ** 20) }
  const { problems } = parseSettings(MAIN, {}, {}, scripts)
  assert.equal(
    problems.map(({ message }) => message),
    [
      'apps/database/init/my script.sql has a name that no ConfigMap can hold.',
      'The scripts of apps/database/init have 1025 KiB together, and the ConfigMap that brings them into the cluster holds 1024.',
    ],
  )
})

test.run()
