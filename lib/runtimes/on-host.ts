import type { Program } from '../../k8s/model/program.ts'

/** A program as the host target has it. */
export type HostProgram = Program & {
  readonly name: string
  /** Set where a debugger may come to it. */
  readonly debugPort?: number | undefined
}

/** What the host target says to a toolchain. */
export interface HostPlace {
  /** The folder of what outlives a command. */
  readonly state: string
  /** Whether the programs reload by themselves. */
  readonly reloads: boolean
}

/** What has to be there before programs start: packages, a build. */
export interface Preparation {
  /** As people are told of it, like `web packages`. */
  readonly name: string
  /** @returns false when there was nothing to do @throws Refusal when it cannot be done; the signal's reason */
  readonly run: (interrupted: AbortSignal) => Promise<boolean>
}

/** Packages that some programs share, which become others while these run. */
export interface Exchange {
  /** Of the files that name them. */
  readonly directory: string
  readonly programs: readonly string[]
  /**
   * Has them be those that the files name now; the programs' reloader sees it.
   *
   * @returns the name of them that its log tells, too
   * @throws Refusal when they cannot be had, and those before stay; the signal's reason
   */
  readonly exchange: (interrupted: AbortSignal) => Promise<{ readonly packages: string }>
}

/** A toolchain on a machine without a container engine, told which programs are its own. */
export type HostRuntime = (
  programs: readonly HostProgram[],
  place: HostPlace,
) => {
  /** In rows: each goes from its begin to its end, and all of them side by side. */
  readonly preparations: readonly (readonly Preparation[])[]
  readonly exchanges?: readonly Exchange[]
  /** How this machine starts what an image would start by these words. */
  readonly command: (words: readonly string[], program: HostProgram) => readonly string[]
}

/** The first program of each folder. */
export function onePerDirectory(programs: readonly HostProgram[]): readonly HostProgram[] {
  return programs.filter(
    ({ directory }, index) => programs.findIndex((other) => other.directory === directory) === index,
  )
}
