import { Pod } from 'kubernetes-models/v1/Pod'
import { labels, NAMESPACE, SECRETS_FOLDER } from './names.ts'
import {
  containerSecurity,
  podIsolation,
  podSecurity,
  resources,
  secretMount,
  secretVolume,
  USER,
} from './pod.ts'
import { services } from './services.ts'
import type { SecretKey, Settings } from './settings.ts'

/** The pod that tests the deployed stack, and the name by which the network policies let it through. */
export const SMOKE = 'smoke'

/** What the test needs to know that is not to be seen. */
export const SMOKE_SECRETS = ['DATABASE_URL', 'SMOKE_PASSWORD'] as const satisfies readonly SecretKey[]

export const SMOKE_RESOURCES = { cpu: '50m', memory: '64Mi' }

/** Seconds after which the cluster ends a test that hangs: no step of it takes as long. */
export const SMOKE_DEADLINE = 180

/**
 * The command that walks one user through the stack, by Service name. Writes a line of JSON for each step that passed,
 * `{step, milliseconds}`, and one at its end: `{arrived: true}`, or `{failed}` with the step and the reason; then it ends
 * with 1. Runs where there are Node 24, `pg` in the working directory, and the secrets as files.
 *
 * @param journey the source of lib/smoke/journey.ts
 */
export function smokeCommand(settings: Settings, journey: string): string[] {
  const urls = services(settings).map(({ name, port }) => [name, `http://${name}:${port}`])
  const known = { ...Object.fromEntries(urls), assistantIsStandIn: settings.assistant.kind === 'stand-in' }
  const program = `${journey}
const { readFileSync } = await import('node:fs')
const secret = (name) => readFileSync('${SECRETS_FOLDER}/' + name, 'utf8')
const tell = (line) => console.log(JSON.stringify(line))
try {
  const secrets = { databaseUrl: secret('DATABASE_URL'), password: secret('SMOKE_PASSWORD') }
  const journey = { ...${JSON.stringify(known)}, ...secrets }
  await reachable([journey.frontend, journey.backend, journey.mcp, journey.databaseUrl], 20)
  await travel(journey, tell)
  tell({ arrived: true })
} catch (error) {
  tell({ failed: error.message })
  process.exitCode = 1
}
`
  return ['node', '--no-warnings', '--input-type=module-typescript', '--eval', program]
}

/**
 * The pod that runs the test once, and ends.
 *
 * @param image the frontend's: it has Node and `pg`
 * @param journey the source of lib/smoke/journey.ts
 */
export function smokePod(settings: Settings, image: string, journey: string): Pod {
  return new Pod({
    metadata: { name: SMOKE, namespace: NAMESPACE, labels: labels(SMOKE, 'test') },
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
          command: smokeCommand(settings, journey).map(literal),
          resources: resources(SMOKE_RESOURCES, settings.limits),
          securityContext: containerSecurity,
          volumeMounts: [secretMount],
        },
      ],
      volumes: [secretVolume(SMOKE_SECRETS)],
    },
  })
}

/** In a command the kubelet replaces `$(NAME)`, and takes `$$` for a `$`: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/ */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$')
}
