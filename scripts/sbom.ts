import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Build } from '../k8s/model/build.ts'
import { programs } from '../k8s/services.ts'
import { parseSettings } from '../k8s/settings.ts'
import { readFlags, runCommand, say } from '../lib/shell/command.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { CHECKOUT } from '../lib/shell/state-folder.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { baseComponents, type Component, npmComponents } from './sbom/components.ts'
import { billOfMaterials } from './sbom/document.ts'
import { goComponents } from './sbom/go.ts'
import { pythonComponents } from './sbom/python.ts'

const USAGE = `npm run sbom -- [--tag TAG] [--output FOLDER] [--stack DIR]

Writes what is in each image, one file an image: CycloneDX 1.5, from the lock files the images are built from, and the
base image. Needs no container engine and no network. What the base image holds: docs/security.md.

  --tag     of the images; local without it
  --output  where to write instead of dist/sbom, or dist/NAME/sbom for another stack
${STACK_USAGE}`

/** What is installed of a folder, by the file that names it. */
const INSTALLED: Readonly<
  Record<Required<Build>['locked'], (folder: string) => Component[] | Promise<Component[]>>
> = {
  'package-lock.json': npmComponents,
  'uv.lock': pythonComponents,
  'go.mod': goComponents,
}

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    tag: { type: 'string', default: 'local' },
    output: { type: 'string' },
    ...STACK_FLAG,
  })
  // https://docs.docker.com/reference/cli/docker/image/tag/
  if (!/^\w[\w.-]{0,127}$/.test(values.tag))
    throw new Refusal(`No image can have the tag "${values.tag}".`, 'give one like v0.1.0', 2)
  const { stack, isMain } = await openApplication(values.stack)
  const { settings } = parseSettings(stack, {}, {})
  if (!settings) throw new Error('The default settings do not parse')
  const usual = join(CHECKOUT, 'dist', isMain ? '' : stack.name, 'sbom')
  const folder = values.output === undefined ? usual : asTyped(values.output)
  mkdirSync(folder, { recursive: true })
  for (const { image, directory, build } of programs(settings)) {
    const installed = build.locked ? await INSTALLED[build.locked](directory) : []
    const components = [...baseComponents(build.dockerfile), ...installed]
    const file = join(folder, `${image}.cdx.json`)
    writeFileSync(file, billOfMaterials(image, values.tag, components))
    say(`${file}: ${components.length} components`)
  }
  return 0
})
