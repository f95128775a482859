import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $, which } from 'zx/core'
import { ensureTool, installTool } from '../../../lib/cluster/install.ts'
import { TOOLS, type ToolName } from '../../../lib/cluster/versions.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { toolFolder } from '../../../lib/shell/state-folder.ts'
import { program, releasePaths, releaseServer, sha256 } from './release-server.ts'

const INSTALL = fileURLToPath(new URL('../../../lib/cluster/install.ts', import.meta.url))
const test = suite('installTool')
const before = { ...process.env }
const { platform, arch } = process
let folder: string
let server: Awaited<ReturnType<typeof releaseServer>>

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-'))
  server = await releaseServer()
  pretend('linux', 'x64')
  process.env.XDG_STATE_HOME = folder
  process.env.TODO_RELEASE_MIRROR = server.url
  // Nothing but a shell: whatever tools this machine has must not be found.
  process.env.PATH = join(folder, 'path')
  await mkdir(process.env.PATH)
  const bash = await which('bash', { path: before.PATH ?? '' })
  await $({ env: before })`ln -s ${bash} ${process.env.PATH}/bash`
})

test.after.each(async () => {
  server.close()
  pretend(platform, arch)
  // The same object: zx keeps the one it was loaded with.
  Object.assign(process.env, before)
  await rm(folder, { recursive: true })
})

function pretend(system: string, processor: string) {
  Object.defineProperty(process, 'platform', { value: system })
  Object.defineProperty(process, 'arch', { value: processor })
}

function publish(name: ToolName, text: string | Buffer, checksum: string) {
  const paths = releasePaths(name, 'linux', 'amd64')
  server.files.set(paths.binary, text)
  server.files.set(paths.checksum, checksum)
  return paths
}

/** A gzipped tar archive of one file; after it, this machine's tar is found. */
async function archived(member: string, text: string): Promise<Buffer> {
  for (const name of ['tar', 'gzip']) {
    const path = await which(name, { path: before.PATH ?? '' })
    await $({ env: before })`ln -s ${path} ${process.env.PATH}/${name}`
  }
  const [file, archive] = [join(folder, member), join(folder, 'release.tar.gz')]
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  await $`tar -c -z -f ${archive} -C ${folder} ${member}`
  return readFile(archive)
}

async function assertNamed(attempt: Promise<unknown>, name: ToolName, reason: RegExp) {
  const error = await attempt.catch((error: unknown) => error)
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${error}`)
  const text = `${error.message} ${error.cure}`
  for (const part of [name, TOOLS[name].version, TOOLS[name].page]) assert.ok(text.includes(part), text)
  assert.match(text, reason)
}

test('installs a release that runs, checked against a bare hash', async () => {
  const text = program('v2.24.0')
  const paths = publish('skaffold', text, `${sha256(text)}\n`)
  const { path, version } = await installTool('skaffold')
  assert.is(version, 'v2.24.0')
  assert.is((await $`${path}`).stdout, 'v2.24.0\n')
  assert.equal(server.requests, [paths.checksum, paths.binary])
  assert.equal(await readdir(toolFolder()), ['skaffold'])
})

test('reads the output of sha256sum as well', async () => {
  const text = program('kind v0.33.0 go1.26.1 linux/amd64')
  publish('kind', text, `${sha256(text).toUpperCase()}  kind-linux-amd64\n`)
  assert.is((await installTool('kind')).path, join(toolFolder(), 'kind'))
})

test('asks for the binary of this system', async () => {
  pretend('darwin', 'arm64')
  const paths = releasePaths('kubectl', 'darwin', 'arm64')
  const text = program('Client Version: v1.36.3')
  server.files.set(paths.binary, text)
  server.files.set(paths.checksum, sha256(text))
  await installTool('kubectl')
  assert.equal(server.requests, [paths.checksum, paths.binary])
})

test('takes the binary out of an archive', async () => {
  const archive = await archived('linux-amd64/helm', program('v3.22.0'))
  publish('helm', archive, `${sha256(archive)}  helm-v3.22.0-linux-amd64.tar.gz\n`)
  const { path } = await installTool('helm')
  assert.is((await $`${path}`).stdout, 'v3.22.0\n')
  assert.equal(await readdir(toolFolder()), ['helm'])
})

test('refuses an archive that the binary is not in', async () => {
  const archive = await archived('elsewhere/helm', program('v3.22.0'))
  publish('helm', archive, sha256(archive))
  await assertNamed(installTool('helm'), 'helm', /cannot be unpacked: .*linux-amd64\/helm/)
  assert.equal(await readdir(toolFolder()), [])
})

test('follows the redirects of a release server', async () => {
  const text = program('v1.38.1')
  const paths = publish('minikube', text, sha256(text))
  server.files.set('/elsewhere', text)
  server.files.set(paths.binary, (response) => response.writeHead(302, { location: '/elsewhere' }).end())
  assert.is((await $`${(await installTool('minikube')).path}`).stdout, 'v1.38.1\n')
})

test('fetches nothing the second time', async () => {
  const text = program('v2.24.0')
  publish('skaffold', text, sha256(text))
  const installed = await ensureTool('skaffold')
  assert.is(server.requests.length, 2)
  assert.equal(await ensureTool('skaffold'), installed)
  assert.is(server.requests.length, 2)
})

test('several at once, in this process and in others, leave one whole file', async () => {
  const text = program('v2.24.0') + '#'.repeat(1_000_000)
  publish('skaffold', text, sha256(text))
  const others = [0, 1].map(() => once(installElsewhere('skaffold'), 'exit'))
  const here = await Promise.all([installTool('skaffold'), installTool('skaffold')])
  for (const other of others) assert.equal(await other, [0, null])
  assert.is((await $`${here[0]?.path ?? ''}`).stdout, 'v2.24.0\n')
  assert.equal(await readdir(toolFolder()), ['skaffold'])
})

test('refuses a file whose checksum differs, and keeps the one installed before', async () => {
  const good = program('v1.0.0')
  publish('skaffold', good, sha256(good))
  const { path } = await installTool('skaffold')
  publish('skaffold', program('tampered'), sha256(good))
  await assertNamed(installTool('skaffold'), 'skaffold', /SHA-256/)
  assert.equal(await readdir(toolFolder()), ['skaffold'])
  assert.is((await $`${path}`).stdout, 'v1.0.0\n')
})

test('refuses a checksum file that holds none, as the page of a proxy does', async () => {
  publish('skaffold', program('v2.24.0'), '<html>Please sign in</html>')
  await assertNamed(installTool('skaffold'), 'skaffold', /not a SHA-256/)
  assert.equal(await readdir(toolFolder()), [])
})

test('names the address that answers 404', async () => {
  const paths = publish('minikube', '', sha256(''))
  server.files.delete(paths.binary)
  await assertNamed(installTool('minikube'), 'minikube', /404/)
  assert.equal(await readdir(toolFolder()), [])
})

test('says so when the network does not let it through', async () => {
  server.close()
  await assertNamed(installTool('kubectl'), 'kubectl', /ECONNREFUSED/)
  assert.equal(await readdir(toolFolder()), [])
})

test('leaves nothing of a transfer that breaks off', async () => {
  const paths = publish('kind', '', sha256('whole'))
  server.files.set(paths.binary, (response) => {
    response.writeHead(200, { 'content-length': '1000000' })
    response.write('half', () => response.destroy())
  })
  await assertNamed(installTool('kind'), 'kind', /could not be fetched/)
  assert.equal(await readdir(toolFolder()), [])
})

test('leaves nothing on Ctrl-C, and ends the way a shell expects', async () => {
  const paths = publish('kind', '', sha256('whole'))
  server.files.set(paths.binary, (response) => {
    response.writeHead(200, { 'content-length': '1000000' }).write('half')
  })
  await mkdir(toolFolder(), { recursive: true })
  const halfWritten = once(watch(toolFolder()).unref(), 'change')
  const child = installElsewhere('kind')
  const ended = once(child, 'exit')
  await Promise.race([halfWritten, ended])
  child.kill('SIGINT')
  assert.equal(await ended, [null, 'SIGINT'])
  assert.equal(await readdir(toolFolder()), [])
})

test('says so when it may not write where tools go', async () => {
  const text = program('v2.24.0')
  publish('skaffold', text, sha256(text))
  await mkdir(dirname(toolFolder()), { recursive: true })
  await writeFile(toolFolder(), 'a file where the folder should be')
  await assertNamed(installTool('skaffold'), 'skaffold', /cannot be written/)
})

test('says so on a system that nothing is released for', async () => {
  pretend('linux', 'riscv64')
  await assertNamed(installTool('skaffold'), 'skaffold', /linux on riscv64/)
  assert.equal(server.requests, [])
})

/** @returns a process that installs the tool and ends */
function installElsewhere(name: ToolName) {
  const script = `
    for (const [key, value] of [['platform', 'linux'], ['arch', 'x64']]) Object.defineProperty(process, key, { value })
    const { installTool } = await import(${JSON.stringify(INSTALL)})
    await installTool('${name}')`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: dirname(INSTALL),
  })
}

test.run()
