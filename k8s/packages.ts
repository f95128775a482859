import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import type { Packages } from './model/program.ts'
import { type NamedProgram, programs } from './services.ts'
import type { Settings } from './settings.ts'

/** Where pods of the loop have the packages that were installed since their image was built. */
export const PACKAGES = '/packages'

/** What installs packages in the loop, for all programs that have the same lock file. */
export interface Installer {
  /** Of its pod and its volume. */
  readonly name: string
  /** The folder of the lock file in the checkout. */
  readonly directory: string
  readonly packages: Packages
  /** Each has the image that it runs in. */
  readonly programs: readonly [NamedProgram, ...NamedProgram[]]
}

/** One for each folder whose packages can become others without an image; its name stays when others of it join. */
export function installers(settings: Settings): readonly Installer[] {
  const all = new Map<string, Installer>()
  const running = new Set(programs(settings).map(({ directory }) => directory))
  for (const program of programs({ ...settings, leftOut: [] })) {
    const { name, directory, packages } = program
    const known = all.get(directory)
    if (!packages) continue
    if (known) all.set(directory, { ...known, programs: [...known.programs, program] })
    else all.set(directory, { name: `${name}-packages`, directory, packages, programs: [program] })
  }
  return [...all.values()].filter(({ directory }) => running.has(directory))
}

/** What a program's packages are read from in the loop; undefined where they are its image's own. */
export function packagesVolume(
  { directory, debugPort }: NamedProgram,
  settings: Settings,
): IVolume | undefined {
  // A debugger is in its image alone.
  if (debugPort !== undefined) return undefined
  const installer = installers(settings).find((one) => one.directory === directory)
  return (
    installer && { name: 'packages', persistentVolumeClaim: { claimName: installer.name, readOnly: true } }
  )
}

/** The volume as a whole: a subPath would stay what it was while links in it change. */
export const packagesMount: IVolumeMount = { name: 'packages', mountPath: PACKAGES, readOnly: true }
