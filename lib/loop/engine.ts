import { z } from 'zod'
import { $ } from 'zx/core'

/** Says which loop built an image; skaffold.yaml puts it there. */
const LABEL = 'dev.loop'

/** An image in a node's engine. */
export interface EngineImage {
  readonly id: string
  /** As `repository:tag`; none where all were taken away. */
  readonly names: readonly string[]
  /** When it was last given a name, in milliseconds since 1970: Skaffold does so each time that it builds or takes it. */
  readonly usedAt: number
}

/** The Docker engine inside a node that is a container of this machine's engine. */
export interface NodeEngine {
  /** @returns the images that this loop has built; undefined where there is no such engine */
  readonly built: (loop: string) => Promise<readonly EngineImage[] | undefined>
  /** @returns undefined where there is no such engine */
  readonly has: (name: string) => Promise<boolean | undefined>
  readonly tag: (name: string, another: string) => Promise<void>
  /** Takes names, or ids of what has none; an image goes with its last one. */
  readonly remove: (names: readonly string[]) => Promise<void>
}

export function engineOf(node: string): NodeEngine {
  const docker = (...words: readonly string[]) =>
    $({
      quiet: true,
      nothrow: true,
      signal: AbortSignal.timeout(60_000),
    })`docker exec ${node} docker ${words}`
  return {
    built: async (loop) => {
      const listed = await docker('image', 'ls', '--quiet', '--no-trunc', `--filter=label=${LABEL}=${loop}`)
      if (!listed.ok) return undefined
      const ids = [...new Set(listed.stdout.split('\n').filter(Boolean))]
      // Not `join`, for which some versions of Docker have another type.
      const format = '[{{json .Id}},{{json .Metadata.LastTagTime}},{{json .RepoTags}}]'
      if (ids.length === 0) return []
      // What goes meanwhile is missing in the answer, and makes it a failure.
      return readImages((await docker('image', 'inspect', '--format', format, ...ids)).stdout)
    },
    has: async (name) => {
      if ((await docker('image', 'inspect', '--format', '{{.Id}}', name)).ok) return true
      return (await docker('version', '--format', '{{.Server.Version}}')).ok ? false : undefined
    },
    tag: async (name, another) => {
      const { ok, stderr } = await docker('tag', name, another)
      if (!ok) throw new Error(stderr.trim())
    },
    remove: async (names) => {
      await docker('rmi', ...names)
    },
  }
}

const Line = z.tuple([z.string(), z.iso.datetime({ offset: true }), z.array(z.string()).nullable()])

/** @param text a line an image, in JSON: its id, when it was named, its names */
export function readImages(text: string): EngineImage[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id, time, names] = Line.parse(JSON.parse(line))
      return { id, names: names ?? [], usedAt: Date.parse(time) }
    })
}
