import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { uvLikePip } from './uv-like-pip.ts'

/** Variables by name, as a shell hands them to what it starts. */
export type Variables = Readonly<Record<string, string | undefined>>

/** What of the machine decides whether a variable is of use. */
export interface Machine {
  /** What a relative path starts from. */
  readonly folder: string
  readonly isFolder: (path: string) => boolean
  readonly holdsCertificates: (path: string) => boolean
}

/**
 * What is started.
 *
 * - `service`: a program of ours, as in its pod: nothing of the shell but the way to programs, files and networks.
 * - `npm`, `python`, `go`: an installation from a lock file, by npm, by uv and pip, or by go: also where packages come
 *   from, and by which versions of Node, Python or Go.
 * - `test`: a test of ours: the whole shell, but for what makes the same test end otherwise.
 * - `tool`: a program of the person's own (docker, kubectl, skaffold), and our own commands: the whole shell, but for what
 *   answers for nobody's intention here.
 */
export type Kind = 'service' | 'npm' | 'python' | 'go' | 'test' | 'tool'

/** Without these, hardly a program of the machine runs. The last two find the loader of NixOS. */
const ALWAYS = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'NIX_LD', 'NIX_LD_LIBRARY_PATH']

/** Files of certificates to trust; a program that is told of one which is not there mostly refuses every connection. */
const AUTHORITIES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'NIX_SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
]
/** The same for one program each. */
const ITS_AUTHORITIES = ['PIP_CERT', 'npm_config_cafile', 'GIT_SSL_CAINFO', 'AWS_CA_BUNDLE']
const FOLDERS = ['TMPDIR', 'TMP', 'TEMP', 'SSL_CERT_DIR']
const NETWORK = [...AUTHORITIES, 'SSL_CERT_DIR', 'NODE_USE_SYSTEM_CA', 'NODE_USE_ENV_PROXY']

/** A bash that takes itself for the first one of a connection reads the person's ~/.bashrc, and ours are such: it counts. */
const NESTED = { SHLVL: '1' }

/**
 * Of a kubectl that is not typed by a person: theirs may ask before it deletes, which without an answer deletes nothing and
 * ends well. https://kubernetes.io/docs/reference/kubectl/kuberc/
 */
const NO_HABITS = { KUBERC: 'off' }

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'] as const
const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/** Where the managers of versions keep what their shims start. */
const INSTALLER =
  /^(LANG|LC_\w+|XDG_(CACHE|CONFIG|DATA)_HOME|(PYENV|NODENV|ASDF|MISE|VOLTA|FNM|NVM|CONDA|NIX|PROTO)_\w+)$/

/** Where npm takes packages from; not what it does with them. https://docs.npmjs.com/cli/v11/using-npm/config */
const NPM =
  /^npm_config_(registry|@[^:]+:registry|\/\/.+|ca|cafile|cert|key|strict_ssl|(https?_)?proxy|noproxy|cache|userconfig|globalconfig|(prefer_)?(offline|online)|fetch_\w+|maxsockets|local_address)$/

/** The same of go, https://go.dev/ref/mod#environment-variables */
const GO = /^GO(PROXY|PRIVATE|NOPROXY|SUMDB|NOSUMDB|INSECURE|VCS|AUTH)$/

/** The same of pip, https://pip.pypa.io/en/stable/cli/pip_install/ */
const PIP =
  /^PIP_((EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|RETRIES|TIMEOUT|DEFAULT_TIMEOUT|(NO_)?CACHE_DIR|CONFIG_FILE|KEYRING_PROVIDER|USE_FEATURE|USE_DEPRECATED)$/

/** The same of uv, https://docs.astral.sh/uv/reference/environment/ */
const UV =
  /^(SSL_CLIENT_CERT|UV_((DEFAULT_|EXTRA_)?INDEX(_URL|_STRATEGY|_\w+_(USERNAME|PASSWORD))?|FIND_LINKS|INSECURE_HOST|SYSTEM_CERTS|NATIVE_TLS|OFFLINE|HTTP_\w+|CONCURRENT_\w+|CACHE_DIR|NO_CACHE|LINK_MODE|CONFIG_FILE|CREDENTIALS_DIR|KEYRING_PROVIDER))$/

/**
 * Meant for something else that this shell did: libpq's defaults, a git hook's repository, what bash reads before a script.
 * node-pg, asyncpg, git and bash take them for ours.
 */
const ASTRAY =
  /^(PG[A-Z]+|NODE_PG_FORCE_NATIVE|GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE)|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|CDPATH|BASH_FUNC_.*)$/

/**
 * Flags of Skaffold's, meant for another project: a cluster, a registry, a profile. Its hooks are given some of the same
 * names, and SKAFFOLD_WORK_DIR with them. https://skaffold.dev/docs/references/cli/#global-flags
 */
const FLAGS_OF_SKAFFOLD = /^SKAFFOLD_(?!VERBOSITY$)/

/** What makes an interpreter, a library or a program of ours do something else. */
const STEERING =
  /^(NODE_(ENV|OPTIONS|PATH|DEBUG\w*|NO_WARNINGS|PENDING_DEPRECATION)|PYTHON\w*|VIRTUAL_ENV|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+|(FORCE|NO)_COLOR|CLICOLOR(_FORCE)?|DEBUG|TZ|LANG|LANGUAGE|LC_\w+|PORT|HOSTNAME|HOST|LOG_LEVEL|DATABASE_URL|OPENAI_\w+|NEXT_\w+|PORT_OFFSET|KUBE_CONTEXT|SECRETS_(DIR|FROM_ENV)|(PIP|UV|npm_config|npm_package|npm_lifecycle)_.*)$/

/**
 * The environment of a program that is started, chosen from that of the shell. Every start of a program uses it.
 *
 * @param shell the environment that the person's shell gave us
 */
export function environmentFor(kind: Kind, shell: Variables, machine: Machine): Record<string, string> {
  const given = Object.fromEntries(
    Object.entries(shell).flatMap(([name, value]) => {
      const useful = value && isMeant(name, shell) ? usable(spelling(name), value, machine) : undefined
      return useful ? [[spelling(name), useful] as const] : []
    }),
  )
  const added = { ...NESTED, ...proxiesFor(kind, given) }
  switch (kind) {
    case 'service':
      return { ...only(given, isOneOf([...ALWAYS, ...NETWORK])), ...added }
    case 'npm':
      return { ...only(given, installing(NPM)), ...trustOf(given), ...added }
    case 'go':
      return { ...only(given, installing(GO)), ...added }
    case 'python': {
      const wanted = only(given, (name) => installing(PIP)(name) || UV.test(name))
      const like = uvLikePip(wanted, machine)
      // Over what a configuration file of the person's says: the packages go where we say, and Python is the machine's.
      const ours = { PIP_USER: '0', PIP_NO_INPUT: '1', UV_PYTHON_DOWNLOADS: 'never' }
      return { ...wanted, ...like, ...NESTED, ...proxiesFor(kind, { ...given, ...like }), ...ours }
    }
    case 'test': {
      const quiet = (name: string) =>
        !STEERING.test(name) || NPM.test(name) || PIP.test(name) || UV.test(name)
      return { ...only(given, quiet), ...trustOf(given), ...added, LANG: 'C.UTF-8' }
    }
    case 'tool':
      return { ...given, ...added, ...NO_HABITS }
  }
}

/**
 * The environment of a program that this process starts now.
 *
 * @param unlessSet variables that count where the shell has none of that name
 */
export function environment(kind: Kind, unlessSet: Variables = {}): Record<string, string> {
  return environmentFor(kind, { ...unlessSet, ...process.env }, THIS_MACHINE)
}

/** Makes this process, and so what it starts as its own, see what a `tool` sees. */
export function forgetWhatLedAstray(): void {
  const kept = environment('tool')
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name]
  Object.assign(process.env, kept)
}

const THIS_MACHINE: Machine = {
  folder: process.cwd(),
  isFolder: (path) => {
    try {
      return statSync(path).isDirectory()
    } catch {
      return false
    }
  },
  holdsCertificates: (path) => {
    try {
      accessSync(path, constants.R_OK)
      return readFileSync(path, 'latin1').includes('-----BEGIN ')
    } catch {
      return false
    }
  },
}

function isMeant(name: string, shell: Variables): boolean {
  const ofSkaffold = FLAGS_OF_SKAFFOLD.test(name) && shell.SKAFFOLD_WORK_DIR === undefined
  return !ASTRAY.test(name) && !ofSkaffold
}

/** npm takes its settings in either case, and with `-` for `_`. */
function spelling(name: string): string {
  const [, setting] = /^npm_config_(.+)$/i.exec(name) ?? []
  if (setting === undefined) return name
  return `npm_config_${/^[@/]/.test(setting) ? setting : setting.toLowerCase().replaceAll('-', '_')}`
}

/** @returns the value, with its path made absolute, or undefined where that leads nowhere */
function usable(name: string, value: string, machine: Machine): string | undefined {
  const absolute = (path: string) => resolve(machine.folder, path)
  if (AUTHORITIES.includes(name) || ITS_AUTHORITIES.includes(name))
    return machine.holdsCertificates(absolute(value)) ? absolute(value) : undefined
  if (!FOLDERS.includes(name)) return value
  const folders = value.split(delimiter).map(absolute).filter(machine.isFolder)
  return folders.length > 0 ? folders.join(delimiter) : undefined
}

function only(given: Record<string, string>, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => wanted(name)))
}

function isOneOf(names: readonly string[]): (name: string) => boolean {
  return (name) => names.includes(name)
}

function installing(source: RegExp): (name: string) => boolean {
  return (name) => [...ALWAYS, ...NETWORK].includes(name) || INSTALLER.test(name) || source.test(name)
}

/** Of NODE_OPTIONS, what says whom to trust. */
function trustOf({ NODE_OPTIONS = '' }: Record<string, string>): Record<string, string> {
  const kept = NODE_OPTIONS.split(/\s+/).filter((word) => /^--use-(openssl|system|bundled)-ca$/.test(word))
  return kept.length > 0 ? { NODE_OPTIONS: kept.join(' ') } : {}
}

/**
 * Programs read one case or the other; our own never call one another by way of a proxy. Python's libraries fail at their
 * start where the proxy is SOCKS and a package for it is not there, or where it is no address.
 */
function proxiesFor(kind: Kind, given: Record<string, string>): Record<string, string> {
  const any = kind === 'npm' || kind === 'go' || kind === 'tool' || kind === 'test'
  const chosen = Object.fromEntries(
    PROXIES.flatMap((name) => {
      const value = given[name] ?? given[name.toLowerCase()]
      return value && (any || isAddress(value)) ? both(name, value) : []
    }),
  )
  if (Object.keys(chosen).length === 0) return {}
  const apart = (given.NO_PROXY ?? given.no_proxy ?? '').split(/[\s,]+/).filter(Boolean)
  return {
    ...chosen,
    ...Object.fromEntries(both('NO_PROXY', [...new Set([...apart, ...LOOPBACK])].join(','))),
  }
}

function isAddress(proxy: string): boolean {
  return !/^socks/i.test(proxy) && URL.canParse(proxy.includes('://') ? proxy : `http://${proxy}`)
}

function both(name: string, value: string): (readonly [string, string])[] {
  return [
    [name, value],
    [name.toLowerCase(), value],
  ]
}
