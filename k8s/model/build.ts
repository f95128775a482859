/** How the images of a program are built: by the Dockerfile of its runtime, with the checkout as the context. */
export interface Build {
  /** Below the checkout. */
  readonly dockerfile: string
  /** Whether it fetches packages: behind a TLS-inspecting proxy that takes its certificate, as the build secret `ca`. */
  readonly fetches: boolean
  /** Of the program's folder, the file that names the packages that the image `run` has; without one, it has none. */
  readonly locked?: 'package-lock.json' | 'uv.lock' | 'go.mod'
  readonly run: Image
  /** Of the loop that copies sources into pods. */
  readonly synced: Image
  /** The stage that the loop's images are where a debugger may come, if that is another. */
  readonly debug?: string
  /** Of the loop whose pods mount their sources. It copies none: Skaffold would build it at each save. */
  readonly mounted: Image
}

/** One image of a Dockerfile that serves several. */
export interface Image {
  /** The stage that it is. */
  readonly target: string
  /** Build arguments. `DIRECTORY` is the folder of the program in the checkout. */
  readonly args: Readonly<Record<string, string>>
}
