import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { $ } from 'zx/core'
import { environment } from '../../lib/shell/environment.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

/** A component of CycloneDX, https://cyclonedx.org/docs/1.5/json/#components: what `npm sbom` writes, or as much of it. */
const Component = z.looseObject({
  type: z.string(),
  name: z.string(),
  version: z.string(),
  'bom-ref': z.string(),
  purl: z.string(),
  properties: z.array(z.object({ name: z.string() })).optional(),
})
export type Component = z.infer<typeof Component>

/** The packages of a folder's package-lock.json that a production installation has. */
export async function npmComponents(folder: string): Promise<Component[]> {
  const cwd = join(CHECKOUT, folder)
  // Not with `--omit dev`: npm 11 then leaves out what production needs too, where something for development needs it.
  const answer = await $({
    quiet: true,
    cwd,
    env: environment('npm'),
  })`npm sbom --package-lock-only --sbom-format cyclonedx`
  return z
    .object({ components: z.array(Component) })
    .parse(JSON.parse(answer.stdout))
    .components.filter(
      ({ properties }) => !properties?.some(({ name }) => name === 'cdx:npm:package:development'),
    )
}

/**
 * The image that a Dockerfile's last stage starts from: the one that is named by an ARG, with its digest where it has one.
 * None where it starts from nothing.
 */
export function baseComponents(dockerfile: string): Component[] {
  const text = readFileSync(join(CHECKOUT, dockerfile), 'utf8')
  if (/^FROM (\S+)/.exec(text.slice(text.lastIndexOf('\nFROM ') + 1))?.[1] === 'scratch') return []
  const [, name, version, digest] =
    /^ARG \w+_IMAGE=([\w./-]+):([\w.-]+)(?:@sha256:([0-9a-f]{64}))?$/m.exec(text) ?? []
  if (!name || !version) throw new Error(`${dockerfile} names no base image in an ARG`)
  const purl = `pkg:docker/${name}@${version}`
  const hashes = digest ? { hashes: [{ alg: 'SHA-256', content: digest }] } : {}
  return [{ type: 'container', name, version, 'bom-ref': purl, purl, ...hashes }]
}
