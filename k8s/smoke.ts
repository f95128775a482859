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
import { type ServiceName, services } from './services.ts'
import type { Settings } from './settings.ts'

/** The pod that tests the deployed stack, and the name by which the network policies let it through. */
export const SMOKE = 'smoke'

/** No step of the test takes as long as this; a pod that hangs is ended by the cluster. */
const DEADLINE_SECONDS = 180

/**
 * The pod that walks one user through the stack, by Service name, and ends: with 0 when all steps passed.
 *
 * @param image the frontend's: it has Node and `pg`
 * @param journey the source of hooks/smoke/journey.ts
 */
export function smokePod(settings: Settings, image: string, journey: string): Pod {
  const urls = new Map(services(settings).map(({ name, port }) => [name, `http://${name}:${port}`]))
  const url = (name: ServiceName) => JSON.stringify(urls.get(name))
  const program = `${journey}
const { readFileSync } = await import('node:fs')
const secret = (name) => readFileSync('${SECRETS_FOLDER}/' + name, 'utf8')
const journey = {
  frontend: ${url('frontend')},
  backend: ${url('backend')},
  mcp: ${url('mcp')},
  databaseUrl: secret('DATABASE_URL'),
  password: secret('SMOKE_PASSWORD'),
  assistantIsStandIn: ${settings.assistant.kind === 'stand-in'},
}
await travel(journey, (step) => console.log(JSON.stringify(step))).catch((error) => {
  console.log(JSON.stringify({ failed: error.message }))
  process.exitCode = 1
})
`
  return new Pod({
    metadata: { name: SMOKE, namespace: NAMESPACE, labels: labels(SMOKE, 'test') },
    spec: {
      ...podIsolation,
      restartPolicy: 'Never',
      activeDeadlineSeconds: DEADLINE_SECONDS,
      terminationGracePeriodSeconds: 1,
      securityContext: podSecurity(USER),
      containers: [
        {
          name: SMOKE,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--no-warnings', '--input-type=module-typescript', '--eval'],
          args: [program],
          resources: resources({ cpu: '50m', memory: '64Mi' }, settings.limits),
          securityContext: containerSecurity,
          volumeMounts: [secretMount],
        },
      ],
      volumes: [secretVolume(['DATABASE_URL', 'SMOKE_PASSWORD'])],
    },
  })
}
