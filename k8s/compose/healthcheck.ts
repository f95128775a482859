import type { IContainer } from 'kubernetes-models/v1/Container'

/** Between two looks at a program: an Engine older than 25 does not look more often while it starts. */
const INTERVAL = '5s'

/** How a program asks an address of its own, by the runtime that its image has; no image has curl. */
const ASK: Readonly<Record<string, (url: string) => readonly string[]>> = {
  node: (url) => [
    ...['node', '--eval'],
    `fetch('${url}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
  ],
  python: (url) => ['python', '-c', `import urllib.request; urllib.request.urlopen('${url}')`],
}

/** Health is readiness: what is not ready is not what others may start after. */
export function healthcheck({ name, command, ports, readinessProbe, startupProbe }: IContainer) {
  if (!readinessProbe) return {}
  const { exec, httpGet, timeoutSeconds = 1, failureThreshold = 3 } = readinessProbe
  const port = ports?.find((candidate) => candidate.name === httpGet?.port)?.containerPort
  const ask = exec?.command ?? ASK[command?.[0] ?? '']?.(`http://127.0.0.1:${port}${httpGet?.path}`)
  if (!ask) throw new Error(`a Compose file cannot say how ${name} is probed`)
  const patience = (startupProbe?.failureThreshold ?? 0) * (startupProbe?.periodSeconds ?? 10)
  return {
    healthcheck: {
      test: ['CMD', ...ask],
      interval: INTERVAL,
      timeout: `${timeoutSeconds}s`,
      retries: failureThreshold,
      start_period: `${patience}s`,
    },
  }
}
