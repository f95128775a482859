import type { IContainer } from 'kubernetes-models/v1/Container'
import { literal } from './container.ts'

/** Between two looks at a program: an Engine older than 25 does not look more often while it starts. */
const INTERVAL = '5s'

/**
 * Health is readiness: what is not ready is not what others may start after.
 *
 * @param ask how the container asks an address of its own
 */
export function healthcheck(
  { name, ports, readinessProbe, startupProbe }: IContainer,
  ask: ((url: string) => readonly string[]) | undefined,
) {
  if (!readinessProbe) return {}
  const { exec, httpGet, timeoutSeconds = 1, failureThreshold = 3 } = readinessProbe
  const port = ports?.find((candidate) => candidate.name === httpGet?.port)?.containerPort
  const words = exec?.command ?? ask?.(`http://127.0.0.1:${port}${httpGet?.path}`)
  if (!words) throw new Error(`a Compose file cannot say how ${name} is probed`)
  const patience = (startupProbe?.failureThreshold ?? 0) * (startupProbe?.periodSeconds ?? 10)
  return {
    healthcheck: {
      test: ['CMD', ...words.map(literal)],
      interval: INTERVAL,
      timeout: `${timeoutSeconds}s`,
      retries: failureThreshold,
      start_period: `${patience}s`,
    },
  }
}
