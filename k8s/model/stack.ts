import type { z } from 'zod'
import type { Build } from './build.ts'
import type { Journey } from './journey.ts'
import type { LogWords } from './log-words.ts'

/**
 * What an application is, told once: everything else is given it. Data, and pure functions of the settings.
 *
 * `Config`, `Secret`, `Name` and `Own` are the names of its variables, secrets, services and settings, as the keys say them: a
 * wrong one anywhere else does not compile.
 */
export interface Stack<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
  Own extends string = string,
> {
  /** Its namespace, the label `part-of`, and what the names of its images, ConfigMap and Secret begin with. */
  readonly name: string
  /** A sentence for those who read its chart. */
  readonly about: string
  /** What a person may write about it into `.env.local`, beside what every stack knows. */
  readonly settings: Readonly<Record<Own, Setting>>
  readonly secrets: Readonly<Record<Secret, SecretRule<NoInfer<Secret>, NoInfer<Name>>>>
  /** The plain variables that its programs read. */
  readonly configuration: Readonly<
    Record<Config, (circumstances: Circumstances<NoInfer<Name>, NoInfer<Own>>) => string>
  >
  /** Each after the ones it calls when it starts. */
  readonly services: Readonly<Record<Name, Service<NoInfer<Config>, NoInfer<Secret>, NoInfer<Name>>>>
  readonly journey: Journey<NoInfer<Secret>, NoInfer<Name>>
  /** The PostgreSQL that holds what people have typed; none where nothing is to be backed up. */
  readonly database?: Database<NoInfer<Secret>, NoInfer<Name>>
  /** An OpenAI-compatible language model that its settings name, where they do: its address, its name and its key, all or none. */
  readonly model?: {
    readonly baseUrl: NoInfer<Own>
    readonly name: NoInfer<Own>
    readonly key: NoInfer<Secret>
  }
}

export interface Setting {
  /** What the text in `.env.local` has to be; absent is always right. */
  readonly schema: z.ZodType<string | number | undefined, unknown>
  /** Where it is absent. */
  readonly fallback: string
  /** The value of the Helm chart that is the same setting; without one, a release has the fallback. */
  readonly value?: {
    /** Like `assistant.model`. */
    readonly path: string
    /** With a default, and a sentence for who installs the chart. A boolean is `on` or `off` in `.env.local`. */
    readonly schema: z.ZodType<string | boolean, unknown>
    /** In values-local.yaml, for one machine. */
    readonly local?: string
  }
}

/** What differs between targets and profiles: where a service answers, and what a developer is told besides. */
export interface Circumstances<Name extends string = string, Own extends string = string> {
  readonly settings: Settings
  /** What `.env.local` says about the stack itself, or the fallbacks. */
  readonly own: Readonly<Record<Own, string>>
  /** @returns `host:port` */
  readonly at: (service: Name) => string
  /** Under which a browser sees the page. */
  readonly origins: readonly string[]
  /** By whose word the page knows a browser's address: `none`, `peer`, or networks. */
  readonly proxies: string
  readonly inLoop: boolean
}

/** Where a value comes from: only a person knows it, it is random and made once, or it follows from others each time. */
export type SecretRule<Secret extends string = string, Name extends string = string> = {
  /** What a value of a person's has to look like. */
  readonly schema: z.ZodType<string | undefined, unknown>
  /** False where these settings have no use for it. */
  readonly needed?: (settings: Settings) => boolean
} & (
  | { readonly source: 'given' }
  | {
      readonly source: 'generated'
      /** What in the database only this value opens: with data there, a lost value cannot be made up. */
      readonly opens?: string
      /** The SQL that makes the database follow a new value, which has no quote to escape; none where its readers do alone. */
      readonly rotate?: (value: string) => string
      /** Whether pods go on making what only the old value opens, until they are gone. */
      readonly madeByPods?: boolean
    }
  /** Given by a person where that service is not ours. */
  | {
      readonly source: 'derived'
      readonly from: Name
      readonly derive: (secret: (name: Secret) => string, address: string) => string
    }
)

/** The address a program opens. */
export interface Listen {
  readonly host: string
  readonly port: number
}

interface Any<Config extends string, Secret extends string, Name extends string> {
  /** What it is for the others, like `api`: its label `app.kubernetes.io/component`. */
  readonly component: string
  readonly port: number
  /** The setting, or the secret, that names another one outside, which is used instead. */
  readonly replacedBy?: string
  /** How the lines of its log read that are not JSON. */
  readonly log?: LogWords
  /** Whom it opens connections to: nobody else lets it. */
  readonly calls?: readonly Name[]
  /** Whether it calls whom everybody can reach by https. */
  readonly callsInternet?: (settings: Settings) => boolean
  readonly config?: readonly Config[]
  /** Those that it has as files, by their names; a program finds the folder in `SECRETS_DIR`. */
  readonly secrets?: readonly Secret[]
  /** What its container requests, as Kubernetes quantities; in the loop `devMemoryLimit` is used for that of the settings. */
  readonly resources: { readonly cpu: string; readonly memory: string; readonly devMemoryLimit?: string }
}

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
> extends Any<Config, Secret, Name> {
  readonly kind: 'program'
  /** The toolchain that installs, builds and starts it where there is no image. */
  readonly runtime: Runtime
  /** The folder of its sources in the checkout, where its commands run. */
  readonly directory: string
  readonly build: Build
  /** Set where a browser has to reach it. */
  readonly nodePort?: number
  /** Whether the loop forwards its port to this machine. */
  readonly forwarded?: boolean
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

/** Where a store runs: what it opens, and folders of its own. */
export interface StorePlace extends Listen {
  /** Where its data is. */
  readonly data: string
  /** Where each of its secrets is, in a file of that name. */
  readonly secrets: string
}

/** A store without its image: PostgreSQL from npm's binaries, or a program of the machine. */
export type StoreOnHost =
  | 'postgres'
  | {
      /** Looked for on PATH: the store's command starts it. */
      readonly program: string
      /** How a person gets the program. */
      readonly cure: string
    }

/** A public image that keeps data, and is nobody's to edit: one replica on one volume. */
export interface Store<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
> extends Any<Config, Secret, Name> {
  readonly kind: 'store'
  readonly image: string
  /** Of the system user that the image's program runs as. */
  readonly uid: number
  /** Instead of the image's own; no secret is among the words. */
  readonly command?: (place: StorePlace) => readonly string[]
  readonly env?: (place: StorePlace) => Readonly<Record<string, string>>
  /** Where the volume with its data is mounted. */
  readonly data: string
  /** Other folders that it writes to, by the names of their volumes. */
  readonly writable: Readonly<Record<string, string>>
  /** How it runs on a machine without an engine. */
  readonly onHost: StoreOnHost
  /** The command in the container that ends with 0 when it can be used. */
  readonly ready: (place: StorePlace) => readonly string[]
  /** Makes what its first start needs out of a folder of the checkout, where there is no data yet. */
  readonly init?: { readonly folder: string; readonly mounted: string; readonly command: readonly string[] }
}

export type Service<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
> = Program<Config, Secret, Name> | Store<Config, Secret, Name>

export interface Database<Secret extends string = string, Name extends string = string> {
  readonly service: Name
  readonly user: string
  readonly name: string
  /** Where the people are who have an account, and which of its rows are people. */
  readonly people: { readonly table: string; readonly where: string }
  /** The secrets that hold its address and its password. */
  readonly url: Secret
  readonly password: Secret
  readonly backup: BackupRule
}

/** What a backup of a database must hold; tables as pg_dump writes their names. */
export interface BackupRule {
  /** Without these it is no database of this stack. */
  readonly tables: readonly string[]
  /** The table whose one row is the schema's revision, and the folder of Alembic's migrations, which know it. */
  readonly revision: { readonly table: string; readonly migrations: string }
  /** What people have made: while it has rows, nothing is restored in its place unasked. */
  readonly work: string
}

/** How a browser comes to the page; `internal` leaves it to `kubectl port-forward`. */
export type Exposure = 'nodeport' | 'loadbalancer' | 'ingress' | 'internal'

/** SQL by file name: what the database of a stack runs once, in the order of the names, when it is made. */
export type InitScripts = Readonly<Record<string, string>>

/** Everything the model may depend on. Holds no secret value. */
export interface Settings {
  /** What they are the settings of. */
  readonly stack: Stack
  /** What they say about the stack itself; the fallbacks where they say nothing. */
  readonly own: Readonly<Record<string, string>>
  /** The services of the stack that are not ours to run, because another one outside is named. */
  readonly replaced: readonly string[]
  /** The services that the loop does without, because others were asked for. */
  readonly leftOut: readonly string[]
  /** Undefined where nobody chose: then it follows from the profile. */
  readonly exposure: Exposure | undefined
  /** Where a browser finds the page, like `https://app.example.com`; undefined: it follows from the exposure. */
  readonly publicUrl: string | undefined
  /** Networks of the proxies before the page, by whose word it knows a browser's address; undefined: it follows from the exposure. */
  readonly trustedProxies: string | undefined
  /** Of each program that can be there several times, outside the loop. */
  readonly replicas: number
  /** Most replicas that load may bring; 0: no autoscaling; undefined: it follows from the profile. */
  readonly autoscaleUpTo: number | undefined
  /** What no container may exceed, as Kubernetes quantities. */
  readonly limits: { readonly cpu: string; readonly memory: string }
  /** Size of each store's volume, as a Kubernetes quantity. */
  readonly storage: Readonly<Record<string, string>>
  /** Run when the database of the stack is made; one outside is made elsewhere. */
  readonly initScripts: InitScripts
  readonly networkPolicies: boolean
  /** Where a collector takes traces and metrics by OTLP over HTTP; undefined where there is none. */
  readonly collector: string | undefined
  /** What serves in the loop: a runtime's reloader, or the one that its server brings, to compare with. */
  readonly reloaders: 'own' | 'stock'
  /** The services that a debugger may come to, in the loop. */
  readonly debug: readonly string[]
  /** Whether a loop tells a person whose terminal is not in front what breaks and heals. */
  readonly notifications: boolean
  /** The one context besides the local ones that the gate lets through. */
  readonly kubeContext: string | undefined
  /** Added to every port of the host target, so that two checkouts can run side by side. */
  readonly portOffset: number
}

/** Tells a stack. k8s/stack-problems.ts checks that its parts name one another rightly; k8s/checks.ts, what is rendered. */
export function defineStack<
  Config extends string,
  Secret extends string,
  Name extends string,
  Own extends string,
>(stack: Stack<Config, Secret, Name, Own>): Stack {
  return stack as unknown as Stack
}
