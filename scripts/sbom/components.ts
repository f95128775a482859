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
  const said = await $({
    quiet: true,
    cwd,
    env: environment('npm'),
  })`npm sbom --package-lock-only --sbom-format cyclonedx`
  return z
    .object({ components: z.array(Component) })
    .parse(JSON.parse(said.stdout))
    .components.filter(
      ({ properties }) => !properties?.some(({ name }) => name === 'cdx:npm:package:development'),
    )
}

/**
 * The packages of a requirements.txt as `uv pip compile --generate-hashes` writes it: `name==version`, for some with a
 * marker that says where it is needed, and hashes on lines of their own.
 *
 * @throws Error on a line that is neither: a package may not be left out
 */
export function pythonComponents(lockFile: string): Component[] {
  const text = readFileSync(join(CHECKOUT, lockFile), 'utf8').replaceAll(/^ *#.*\n/gm, '')
  return text
    .split(/\n(?=\S)/)
    .filter((requirement) => requirement.trim())
    .map((requirement) => {
      const [, name, version, marker] =
        /^([a-z0-9][a-z0-9._-]*)==([\w.+!-]+)( ; [^\\]+)? \\\n/.exec(requirement) ?? []
      const hashes = [...requirement.matchAll(/--hash=sha256:([0-9a-f]{64})/g)]
      if (!name || !version || hashes.length === 0)
        throw new Error(`${lockFile} has a line that is no locked package: ${requirement.split('\n')[0]}`)
      const purl = `pkg:pypi/${name.replaceAll(/[._]/g, '-')}@${version}`
      return {
        type: 'library',
        name,
        version,
        'bom-ref': purl,
        purl,
        scope: marker ? 'optional' : 'required',
        externalReferences: [
          {
            type: 'distribution',
            url: purl,
            hashes: hashes.map(([, content]) => ({ alg: 'SHA-256', content })),
          },
        ],
      }
    })
}

/** The image that a Dockerfile's last stage starts from: the one that is named by an ARG, with its digest where it has one. */
export function baseComponent(dockerfile: string): Component {
  const text = readFileSync(join(CHECKOUT, dockerfile), 'utf8')
  const [, name, version, digest] =
    /^ARG \w+_IMAGE=([\w./-]+):([\w.-]+)(?:@sha256:([0-9a-f]{64}))?$/m.exec(text) ?? []
  if (!name || !version) throw new Error(`${dockerfile} names no base image in an ARG`)
  const purl = `pkg:docker/${name}@${version}`
  return {
    type: 'container',
    name,
    version,
    'bom-ref': purl,
    purl,
    ...(digest ? { hashes: [{ alg: 'SHA-256', content: digest }] } : {}),
  }
}
