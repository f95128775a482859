import { $ } from 'zx/core'
import type { Kubectl } from '../shell/kubectl.ts'
import type { LoopEvent } from './event.ts'

/** Images of one artifact that stay: what was deployed last, and what before, for whoever takes an edit back. */
const KEPT = 2

/** One name of an image in the node's engine. */
export interface ImageName {
  readonly repository: string
  readonly tag: string
  readonly id: string
}

/**
 * Which names an engine can forget.
 *
 * @param names the newest image first, as `docker images` lists them
 * @param used what pods name, as `repository:tag` or by id
 */
export function superseded(
  names: readonly ImageName[],
  repositories: readonly string[],
  used: ReadonlySet<string>,
): string[] {
  return repositories.flatMap((wanted) => {
    const ours = names.filter(({ repository }) => repository === wanted)
    const ids = [...new Set(ours.map(({ id }) => id))]
    const isUsed = (id: string) =>
      used.has(id) || ours.some((name) => name.id === id && used.has(`${wanted}:${name.tag}`))
    const old = new Set(ids.slice(KEPT).filter((id) => !isUsed(id)))
    return ours
      .filter(({ id }) => old.has(id))
      .map(({ tag, id }) => (tag === '<none>' ? id : `${wanted}:${tag}`))
  })
}

/**
 * Removes images that later builds have replaced, where nodes are containers of the Docker engine: Skaffold keeps every
 * one (https://skaffold.dev/docs/cleanup/: no pruning where it caches artifacts), and each is a full set of packages.
 *
 * @returns what has to hear of every event of the loop
 */
export function keepNewestImages(
  kubectl: Kubectl,
  nodes: readonly string[],
  repositories: readonly string[],
): (event: LoopEvent) => void {
  let built = false
  return (event) => {
    if (event.kind === 'build' && event.status === 'succeeded') built = true
    if (!built || event.kind !== 'round' || event.status !== 'succeeded') return
    built = false
    for (const node of nodes) void prune(kubectl, node, repositories).catch(() => undefined)
  }
}

async function prune(kubectl: Kubectl, node: string, repositories: readonly string[]): Promise<void> {
  const engine = $({ quiet: true, nothrow: true, signal: AbortSignal.timeout(60_000) })
  const format = '{{.Repository}} {{.Tag}} {{.ID}}'
  const { ok, stdout } = await engine`docker exec ${node} docker images --no-trunc --format ${format}`
  if (!ok) return
  const names = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([repository, tag, id]) => (repository && tag && id ? [{ repository, tag, id }] : []))
  const pods = await kubectl(['get', 'pods', '--all-namespaces', '-o', 'jsonpath={..image} {..imageID}'])
  const used = new Set(pods.split(/\s+/).map((name) => name.replace(/^docker:\/\//, '')))
  const old = superseded(names, repositories, used)
  if (old.length > 0) await engine`docker exec ${node} docker rmi ${old}`
}
