import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { which } from 'zx/core'
import { findTool, pathWith } from '../../../lib/cluster/find.ts'
import { toolFolder } from '../../../lib/shell/state-folder.ts'
import { program } from './release-server.ts'

const test = suite('findTool')
const before = { PATH: process.env.PATH, XDG_STATE_HOME: process.env.XDG_STATE_HOME }
let folder: string
let first: string
let second: string

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-'))
  first = join(folder, 'first')
  second = join(folder, 'second')
  await mkdir(first)
  await mkdir(second)
  await symlink(await which('bash'), join(second, 'bash'))
  process.env.PATH = [first, second].join(delimiter)
  process.env.XDG_STATE_HOME = join(folder, 'state')
  await mkdir(toolFolder())
})

test.after.each(async () => {
  Object.assign(process.env, before)
  await rm(folder, { recursive: true })
})

async function put(path: string, text: string) {
  await writeFile(path, text)
  await chmod(path, 0o755)
}

test('finds nothing where nothing is', async () => {
  assert.is(await findTool('skaffold'), undefined)
})

test('takes the tool on PATH before the one we installed', async () => {
  await put(join(first, 'skaffold'), program('v2.20.0'))
  await put(join(toolFolder(), 'skaffold'), program('v2.24.0'))
  assert.equal(await findTool('skaffold'), {
    name: 'skaffold',
    path: join(first, 'skaffold'),
    version: 'v2.20.0',
  })
})

test('passes over one that is too old, comparing numbers and not letters', async () => {
  await put(join(first, 'skaffold'), program('v2.9.3'))
  await put(join(second, 'skaffold'), program('v2.100.0'))
  assert.is((await findTool('skaffold'))?.path, join(second, 'skaffold'))
})

test('passes over one that does not run', async () => {
  await put(join(first, 'skaffold'), '#!/bin/sh\necho v2.24.0\nexit 1\n')
  await writeFile(join(second, 'skaffold'), 'not executable')
  await put(join(toolFolder(), 'skaffold'), program('v2.24.0'))
  assert.is((await findTool('skaffold'))?.path, join(toolFolder(), 'skaffold'))
})

test('reads the version as each tool prints it', async () => {
  await put(join(first, 'minikube'), program('v1.38.1'))
  await put(join(first, 'kubectl'), program('Client Version: v1.36.3-dispatcher\nKustomize Version: v5.8.0'))
  await put(join(first, 'kind'), program('kind v0.33.0-alpha+1a2b3c go1.26.1 linux/amd64'))
  await put(
    join(first, 'helm'),
    program('version.BuildInfo{Version:"v3.22.0", GitCommit:"", GitTreeState:"clean", GoVersion:"go1.26.1"}'),
  )
  assert.is((await findTool('minikube'))?.version, 'v1.38.1')
  assert.is((await findTool('kubectl'))?.version, 'v1.36.3')
  assert.is((await findTool('kind'))?.version, 'v0.33.0')
  assert.is((await findTool('helm'))?.version, 'v3.22.0')
})

test('gives a PATH under which the found tools win', async () => {
  await put(join(first, 'kubectl'), program('Client Version: v1.20.0'))
  await put(join(toolFolder(), 'kubectl'), program('Client Version: v1.36.3'))
  const kubectl = await findTool('kubectl')
  assert.ok(kubectl)
  assert.is(await which('kubectl', { path: pathWith([kubectl]) }), join(toolFolder(), 'kubectl'))
})

test.run()
