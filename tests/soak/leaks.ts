import { readdir, readFile, readlink } from 'node:fs/promises'
import { $ } from 'zx/core'
import { kubectl } from '../cluster/cluster.ts'

/** What a loop holds of this machine and of the cluster's node. */
export interface Held {
  readonly processes: number
  readonly files: number
  readonly watches: number
  readonly 'memory, MiB': number
  readonly images: number
  readonly 'images without a name': number
  readonly 'images and build cache, MiB': number
  readonly 'mounts of sources': number
  readonly volumes: number
}

/** How much more of each a long loop may hold in the end than when it was new. */
export const ALLOWED: Held = {
  processes: 3,
  files: 40,
  watches: 200,
  'memory, MiB': 250,
  // Of each of the two that are built again: the three that were used last stay, and those of the last twenty minutes.
  images: 6,
  'images without a name': 8,
  'images and build cache, MiB': 2048,
  'mounts of sources': 6,
  volumes: 0,
}

const NODE = 'minikube'

/** @param folder where the loop runs: whatever has it as its working directory is part of the loop */
export async function held(folder: string): Promise<Held> {
  const pids = await processesIn(folder)
  const [descriptors, watches, memory, images, unnamed, engine, mounts, volumes] = await Promise.all([
    sum(pids, async (pid) => (await readdir(`/proc/${pid}/fd`)).length),
    sum(pids, watchesOf),
    sum(pids, async (pid) =>
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]),
    ),
    lines('docker', 'images', '--quiet'),
    lines('docker', 'images', '--quiet', '--filter', 'dangling=true'),
    engineMib(),
    lines('cat', '/proc/self/mounts'),
    kubectl(['get', 'persistentvolumes', '-o', 'name']),
  ])
  return {
    processes: pids.length,
    files: descriptors,
    watches,
    'memory, MiB': Math.round(memory / 1024),
    images: new Set(images).size,
    'images without a name': unnamed.length,
    'images and build cache, MiB': engine,
    'mounts of sources': mounts.filter((mount) => /\/volume-subpaths\/(todo-)?sources\//.test(mount)).length,
    volumes: volumes.split('\n').filter(Boolean).length,
  }
}

/** @returns a line for each thing of which there is more than allowed */
export function leaks(before: Held, after: Held): string[] {
  return (Object.keys(ALLOWED) as (keyof Held)[])
    .filter((what) => after[what] > before[what] + ALLOWED[what])
    .map((what) => `${what}: ${before[what]} before, ${after[what]} after`)
}

async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder ? [pid] : [])),
  )
  return found.flat()
}

async function watchesOf(pid: string): Promise<number> {
  return sum(await readdir(`/proc/${pid}/fdinfo`), async (fd) => {
    const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8')
    return info.split('\n').filter((line) => line.startsWith('inotify ')).length
  })
}

/** What ends while it is looked at counts nothing. */
async function sum(what: readonly string[], measure: (one: string) => Promise<number>): Promise<number> {
  const measured = await Promise.all(what.map((one) => measure(one).catch(() => 0)))
  return measured.reduce((total, one) => total + one, 0)
}

async function lines(...words: string[]): Promise<string[]> {
  const { stdout } = await $({ quiet: true })`docker exec ${NODE} ${words}`
  return stdout.split('\n').filter(Boolean)
}

async function engineMib(): Promise<number> {
  const sizes = await lines('docker', 'system', 'df', '--format', '{{.Size}}')
  const bytes = sizes.map((size) => {
    const [, number, unit = 'B'] = /^([\d.]+)([kMGT]?B)/.exec(size) ?? []
    return Number(number ?? 0) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB'].indexOf(unit)
  })
  return Math.round(bytes.reduce((total, one) => total + one, 0) / 2 ** 20)
}
