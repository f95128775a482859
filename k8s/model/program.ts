import type { Build } from './build.ts'
import type { Choices } from './choices.ts'
import type { Common, Listen } from './common.ts'

/** The toolchains that there are; lib/runtimes has a folder each. */
export type Runtime = 'go' | 'next' | 'node' | 'python' | 'vite'

/** How a debugger comes to a program. */
export interface Debug {
  /** What it is debugged with, as editors name it. */
  readonly type: 'debugpy' | 'node'
  /**
   * What starts it in the loop instead.
   *
   * @param debug where the debugger is to listen, as long as the program runs, whatever is saved
   */
  readonly command: (listen: Listen, reloader: string, debug: Listen) => readonly string[]
}

/** A program of ours: a Pod and a host process are two projections of it. */
export interface Program<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
> extends Common<Secret> {
  readonly kind: 'program'
  /** The toolchain that installs, builds and starts it where there is no image. */
  readonly runtime: Runtime
  /** The folder of its sources in the checkout, where its commands run. */
  readonly directory: string
  readonly build: Build
  /** Whom it opens connections to: nobody else lets it. In circles too: whoever is called may come later, or go. */
  readonly calls?: readonly Name[]
  /** Whether it calls whom everybody can reach by https. */
  readonly callsInternet?: (settings: Choices) => boolean
  readonly config?: readonly Config[]
  /** Set where a browser has to reach it. */
  readonly nodePort?: number
  /** Whether the loop forwards its port to this machine. */
  readonly forwarded?: boolean
  /** The path at which it says what it offers, as OpenAPI or for people: the loop's dashboard links to it. */
  readonly documentation?: string
  /** Whether it sends traces and metrics as OpenTelemetry's variables say. */
  readonly telemetry?: boolean
  /** Whether `REPLICAS` is for it too: for what may be there several times. */
  readonly replicated: boolean
  readonly command: {
    readonly run: (listen: Listen) => readonly string[]
    /**
     * Reloads by itself when a file below `sources` changes. Without one, an edit means a new image.
     *
     * @param reloader where the folder of that name is
     */
    readonly dev?: (listen: Listen, reloader: string) => readonly string[]
    /** The reloader that the server itself brings, where that is another. */
    readonly stock?: (listen: Listen) => readonly string[]
    /** Brings the service's own tables to their newest form and ends; safe to run twice and at once. */
    readonly migrate?: readonly string[]
    /** Whether `dev` does so by itself: at its start, and after a save of its migrations. */
    readonly devMigrates?: boolean
    /** Whether what is saved while `dev` runs waits from SIGUSR1 to SIGUSR2. */
    readonly devPauses?: boolean
  }
  /** Absent where no debugger can come to it. */
  readonly debug?: Debug
  /** The folder of the checkout that holds what starts its server anew, where that is none of its own packages. */
  readonly reloader?: string
  /**
   * The file of the checkout that says which content of a source file the reloading server has, for a server whose log tells no
   * contents. Node runs it where that server runs, with its port and the path of the file below `directory`; it writes the
   * SHA-256, or nothing where it cannot know.
   */
  readonly look?: string
  /** How its packages become others without an image; without, a lock file's change means a new one. */
  readonly packages?: Packages
  /** Where in the checkout it is written what `migrate` makes. */
  readonly migrations?: string
  /** Whose `migrate` makes the tables it reads, where that is not its own. */
  readonly migratedBy?: Name
  /** Where, below `directory`, each command runs in a checkout; in an image it is always the working directory. */
  readonly folders?: Readonly<Record<'run' | 'dev' | 'migrate', string>>
  readonly env?: (listen: Listen) => Readonly<Record<string, string>>
  readonly probes: { readonly live: string; readonly ready: string }
  /** The command with which a container of its image asks an address of its own; it ends with 0 where the answer is good. */
  readonly ask: (url: string) => readonly string[]
  /** Folders below `directory` that hold code a developer edits: mounted in `dev`, copied by Skaffold in `synced`. */
  readonly sources: readonly string[]
  /** What of its folder it is built with, besides its sources. */
  readonly carries?: readonly string[]
  /** Folders below the working directory, besides /tmp, that the program writes to. */
  readonly writable?: Readonly<Record<'run' | 'dev', readonly string[]>>
}

/** How the packages of a program become others while the loop runs. */
export interface Packages {
  /** Of its folder, the files that say which. */
  readonly files: readonly string[]
  /**
   * Installs them beside those that serve, in the volume that pods of its image have too, and then puts them in their place:
   * the program's reloader sees it. Reads a tar of the files, and `ca.pem` where there is one. Its last line is JSON, with
   * `packages`, a name for them that the reloader tells in its log too, or with `error`, which changed nothing.
   *
   * @param reloader where the folder of that name is
   */
  readonly install: (reloader: string) => readonly string[]
}
