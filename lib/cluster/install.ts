import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import { Refusal } from '../shell/refusal.ts'
import { toolFolder } from '../shell/state-folder.ts'
import { download, HttpRefusal, readText } from './download.ts'
import { type FoundTool, findTool } from './find.ts'
import { type Platform, TOOLS, type Tool, type ToolName } from './versions.ts'

/**
 * Finds a tool on this machine, or installs the pinned version into the state folder.
 *
 * @throws Refusal as `installTool` does
 */
export async function ensureTool(name: ToolName): Promise<FoundTool> {
  return (await findTool(name)) ?? (await installTool(name))
}

/**
 * Fetches the pinned version of a tool, compares it with the checksum of its release and puts it into the state
 * folder. Nothing is left behind on failure or Ctrl-C; several at once do no harm, as the last step is a rename.
 *
 * TODO_RELEASE_MIRROR names a mirror to fetch from instead: a URL below which each release file lies under the host
 * and path of its address, as `wget --force-directories` lays them out.
 *
 * @throws Refusal that names the tool, its version and its page when it cannot be had
 */
export async function installTool(name: ToolName): Promise<FoundTool> {
  const tool = TOOLS[name]
  const release = tool.release(platform(tool))
  const path = join(toolFolder(), name)
  const part = join(toolFolder(), `.${name}.${randomUUID()}.part`)
  const unpacked = `${part}.unpacked`
  const interruption = new AbortController()
  const interrupt = (signal: NodeJS.Signals) => interruption.abort(signal)
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt).once('SIGHUP', interrupt)
  let url = mirrorOf(release.checksum)
  try {
    await mkdir(toolFolder(), { recursive: true })
    const expected = checksum(tool, url, await readText(url, interruption.signal))
    url = mirrorOf(release.binary)
    const actual = await download(url, part, `${name} ${tool.version} from ${url}`, interruption.signal)
    if (actual !== expected)
      throw new Refusal(
        `${name} ${tool.version} from ${url} is not the file that was released: its SHA-256 is ${actual}, the release says ${expected}.`,
        byHand(tool),
      )
    if (release.member) await unpack(tool, part, release.member, unpacked)
    const file = release.member ? unpacked : part
    await chmod(file, 0o755)
    await rename(file, path)
    return { name, path, version: tool.version }
  } catch (error) {
    throw error instanceof Refusal ? error : refusal(tool, url, error)
  } finally {
    // Where even the folder cannot be made, this fails too, and would hide why.
    await Promise.allSettled([part, unpacked].map((file) => rm(file, { force: true })))
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', interrupt)
    if (interruption.signal.aborted) process.kill(process.pid, interruption.signal.reason)
  }
}

/** Both GNU's and BSD's `tar` understand this. */
async function unpack(tool: Tool, archive: string, member: string, file: string): Promise<void> {
  const target = await open(file, 'wx')
  try {
    await $({ quiet: true, stdio: ['ignore', target.fd, 'pipe'] })`tar -x -z -O -f ${archive} ${member}`
    await target.sync()
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error
    throw new Refusal(
      `${tool.name} ${tool.version} cannot be unpacked: ${error.stderr.trim() || error.message}.`,
      byHand(tool),
    )
  } finally {
    await target.close()
  }
}

function platform(tool: Tool): Platform {
  const os = ({ linux: 'linux', darwin: 'darwin' } as const)[process.platform as string]
  const arch = ({ x64: 'amd64', arm64: 'arm64' } as const)[process.arch as string]
  if (os && arch) return { os, arch }
  throw new Refusal(
    `${tool.name} ${tool.version} can be fetched for Linux and macOS on amd64 and arm64 only, and this is ${process.platform} on ${process.arch}.`,
    byHand(tool),
  )
}

function mirrorOf(url: string): string {
  const mirror = process.env.TODO_RELEASE_MIRROR
  return mirror ? url.replace(/^https:\//, mirror.replace(/\/+$/, '')) : url
}

/** The makers publish either the bare hash or `sha256sum` output. */
function checksum(tool: Tool, url: string, text: string): string {
  const hash = /^[0-9a-f]{64}\b/i.exec(text)?.[0]
  if (hash) return hash.toLowerCase()
  throw new Refusal(
    `${tool.name} ${tool.version} cannot be checked: what ${url} answers is not a SHA-256.`,
    byHand(tool),
  )
}

function refusal(tool: Tool, url: string, error: unknown): Refusal {
  const what = `${tool.name} ${tool.version}`
  const cause = rootCause(error)
  if (cause instanceof HttpRefusal)
    return new Refusal(`${what} is not to be had at ${url}: ${cause.message}.`, byHand(tool))
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    return new Refusal(
      `${what} does not fit on the disk that holds ${toolFolder()}.`,
      `free 200 MB there, or ${byHand(tool)}`,
    )
  if (cause.syscall === 'open' || cause.syscall === 'mkdir' || cause.syscall === 'rename')
    return new Refusal(
      `${what} cannot be written into ${toolFolder()}: ${cause.message}.`,
      `make that folder writable, or ${byHand(tool)}`,
    )
  return new Refusal(
    `${what} could not be fetched from ${url}: ${cause.message || cause.code}.`,
    byHand(tool),
  )
}

/** fetch wraps what went wrong in a "fetch failed", and several addresses tried in an AggregateError. */
function rootCause(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError) return rootCause(error.errors[0])
  if (error instanceof Error) return error.cause ? rootCause(error.cause) : error
  return new Error(String(error))
}

function byHand({ name, version, page }: Tool): string {
  return `get ${name} ${version} from ${page} and put it on PATH, or name a mirror in TODO_RELEASE_MIRROR`
}
