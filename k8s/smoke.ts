import { Pod } from './kubernetes.ts'
import { labels, namesOf } from './names.ts'
import {
  containerSecurity,
  podIsolation,
  podSecurity,
  resources,
  secretMount,
  secretVolume,
  USER,
} from './pod.ts'
import { programs } from './services.ts'
import type { Settings } from './settings.ts'

/** The pod that tests the deployed stack, and the name by which the network policies let it through. */
export const SMOKE = 'smoke'

const SMOKE_RESOURCES = { cpu: '50m', memory: '64Mi' }

/** Seconds after which the cluster ends a test that hangs: no step of it takes as long. */
export const SMOKE_DEADLINE = 180

/**
 * The command that walks one user through the stack, by the names of its Services. Writes a line of JSON for each step that
 * passed, `{step, milliseconds}`, and one at its end: `{arrived: true}`, or `{failed}` with the step and the reason; then it
 * ends with 1. Runs where there are Node 24, what the journey imports in the working directory, and the secrets as files.
 *
 * @param program what lib/smoke/program.ts gives
 */
export function smokeCommand(settings: Settings, program: string): string[] {
  const { stack } = settings
  const way = {
    urls: Object.fromEntries(programs(settings).map(({ name, port }) => [name, `http://${name}:${port}`])),
    secretsFolder: namesOf(stack).secretsFolder,
    keys: stack.journey.secrets,
  }
  const node = ['node', '--no-warnings', '--input-type=module-typescript', '--eval']
  return [...node, program, JSON.stringify(way)]
}

/**
 * The pod that runs the test once, and ends.
 *
 * @param image has Node, and what the journey imports
 * @param program as for its command
 */
export function smokePod(settings: Settings, image: string, program: string): InstanceType<typeof Pod> {
  const { stack } = settings
  const { secrets } = stack.journey
  return new Pod({
    metadata: { name: SMOKE, namespace: namesOf(stack).namespace, labels: labels(stack, SMOKE, 'test') },
    spec: {
      ...podIsolation,
      restartPolicy: 'Never',
      activeDeadlineSeconds: SMOKE_DEADLINE,
      terminationGracePeriodSeconds: 1,
      securityContext: podSecurity(USER),
      containers: [
        {
          name: SMOKE,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: smokeCommand(settings, program).map(literal),
          resources: resources(SMOKE_RESOURCES, settings.limits),
          securityContext: containerSecurity,
          volumeMounts: secrets.length > 0 ? [secretMount(stack)] : [],
        },
      ],
      // A stack without secrets has no Secret to wait for.
      volumes: secrets.length > 0 ? [secretVolume(stack, secrets)] : [],
    },
  })
}

/** In a command the kubelet replaces `$(NAME)`, and takes `$$` for a `$`: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/ */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$')
}
