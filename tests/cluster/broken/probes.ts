import { answering, type Case, deployment, happened, node, pod, python, ready } from './case.ts'

const RELOADER = `import socket, subprocess, time
open('/tmp/main.py', 'w').write('import os' + chr(10) + 'def (')
server = socket.socket()
server.bind(('', 8000))
server.listen()
subprocess.run(['python', '/tmp/main.py'])
time.sleep(999)`

/** Programs that run, and do not serve. */
export const probes: Readonly<Record<string, Case>> = {
  'reloader-alive': {
    // It lives and holds the port; the program behind it does not load.
    objects: [deployment('web', python(RELOADER, { readinessProbe: { ...ready('/'), timeoutSeconds: 2 } }))],
    cause: 'program-broken',
    where: 'deployment/web',
    message: /SyntaxError: .* \(\/tmp\/main\.py:2\)/,
    cure: /correct \/tmp\/main\.py:2 and save/,
    // Before, it was refused: the reloader was still starting.
    visible: (_, events) =>
      events.some(({ reason, message }) => reason === 'Unhealthy' && /deadline|timeout/i.test(message ?? '')),
  },
  'not-ready': {
    objects: [
      deployment(
        'web',
        node(answering(503, '{"status":"not ready","cause":"the moon is full"}'), {
          readinessProbe: ready('/health/ready'),
        }),
      ),
    ],
    cause: 'probe-failing',
    where: 'deployment/web',
    message: /\(GET :8000\/health\/ready\) is answered 503: .*the moon is full/,
    cure: /logs deployment\/web/,
    visible: happened('Unhealthy', 6),
  },
  'killed-by-liveness': {
    objects: [
      pod(
        'web',
        node(answering(500, 'stuck'), {
          // However slowly it starts, it listens before it is asked whether it is alive.
          startupProbe: { tcpSocket: { port: 8000 }, periodSeconds: 1, failureThreshold: 60 },
          livenessProbe: ready('/health/live'),
        }),
      ),
    ],
    cause: 'probe-failing',
    where: 'pod/web',
    message: /killed again and again: its liveness probe .* is answered 500/,
    cure: /logs/,
    visible: happened('Killing'),
  },
  'rollout-stuck': {
    objects: [
      deployment(
        'web',
        { startupProbe: { tcpSocket: { port: 8000 }, periodSeconds: 1, failureThreshold: 300 } },
        {},
        { progressDeadlineSeconds: 4 },
      ),
    ],
    cause: 'rollout-stuck',
    where: 'deployment/web',
    message: /makes no progress/,
    cure: /describe deployment web/,
    visible: (pods) =>
      pods.some(({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp) > 6_000),
  },
}
