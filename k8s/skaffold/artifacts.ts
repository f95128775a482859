import type { Build } from '../model/build.ts'
import type { Program } from '../model/program.ts'
import type { Stack } from '../model/stack.ts'

/** Which images a list of artifacts is for; by the profile that has it. */
const LISTS: Readonly<Record<string, Exclude<keyof Build, 'dockerfile' | 'fetches' | 'locked' | 'debug'>>> = {
  dev: 'mounted',
  synced: 'synced',
  release: 'run',
}

/** What of an artifact its program says. */
const OF_A_PROGRAM = ['dockerfile', 'target', 'secrets', 'buildArgs']

/** What release tells images beside what their runtime does. */
const LABELS = ['VERSION', 'REVISION']

/** An entry of `build.artifacts`, https://skaffold.dev/docs/references/yaml/#build-artifacts */
export interface Artifact {
  readonly image: string
  readonly context: string
  readonly docker: Readonly<Record<string, unknown>> & {
    readonly buildArgs: Readonly<Record<string, string>>
  }
  readonly sync?: { readonly manual: readonly { src: string; dest: string; strip: string }[] }
}

/**
 * The artifacts of a stack.
 *
 * @param profile whose list it is; undefined for the one of the file itself
 * @param debug the services that a debugger may come to
 * @param pattern an artifact of the same list, whose flags and labels all have
 */
export function artifacts(
  stack: Stack,
  profile: string | undefined,
  debug: readonly string[],
  pattern: Artifact | undefined,
): readonly Artifact[] {
  const kind = LISTS[profile ?? ''] ?? 'run'
  const docker = pattern?.docker
  const flags = Object.entries(docker ?? {}).filter(([name]) => !OF_A_PROGRAM.includes(name))
  const labels = Object.entries(docker?.buildArgs ?? {}).filter(([name]) => LABELS.includes(name))
  return namedPrograms(stack).map(([name, { build, directory, sources }]) => ({
    image: `${stack.name}-${name}`,
    context: '.',
    docker: {
      dockerfile: build.dockerfile,
      target: (kind !== 'run' && debug.includes(name) && build.debug) || build[kind].target,
      ...(build.fetches ? { secrets: [{ id: 'ca', src: 'docker/ca.pem' }] } : {}),
      buildArgs: { ...build[kind].args, ...Object.fromEntries(labels) },
      ...Object.fromEntries(flags),
    },
    ...(kind === 'synced' ? { sync: { manual: sources.map((folder) => syncOf(directory, folder)) } } : {}),
  }))
}

/** The ports of services that the loop forwards to this machine. */
export function forwards(stack: Stack) {
  return namedPrograms(stack)
    .filter(([, { forwarded }]) => forwarded)
    .map(([name, { port }]) => ({
      resourceType: 'service',
      resourceName: name,
      namespace: stack.name,
      port,
      localPort: port,
    }))
}

function syncOf(directory: string, folder: string) {
  const below = folder === '.' ? directory : `${directory}/${folder}`
  return { src: `${below}/**/*`, dest: '.', strip: `${directory}/` }
}

function namedPrograms({ services }: Stack): [string, Program][] {
  return Object.entries(services).flatMap(([name, service]) =>
    service.kind === 'program' ? [[name, service] as [string, Program]] : [],
  )
}
