import { kubectl } from './cluster.ts'

/** A container that connections are opened from, and what it has to open them with. */
export interface Origin {
  readonly namespace: string
  /** Like `deployment/mcp`; of several replicas, any. */
  readonly pod: string
  readonly has: 'node' | 'python' | 'bash'
}

/** An address, not a name: where names are not to be had, that must not be why a connection fails. */
export interface Target {
  readonly address: string
  readonly port: number
}

const SECONDS = 3

/** For each language, a program that tries `host port` pairs and prints `true` or `false` for each, in their order. */
const PROGRAMS: Readonly<Record<Origin['has'], readonly [words: string[], program: string]>> = {
  node: [
    ['node', '--input-type=module', '-'],
    `import { connect } from 'node:net'
const dial = ([host, port]) =>
  new Promise((done) => {
    const socket = connect({ host, port, timeout: ${SECONDS * 1000} })
    const end = (opened) => done(opened) ?? socket.destroy()
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false))
  })
for (const opened of await Promise.all(TARGETS.map(dial))) console.log(opened)`,
  ],
  python: [
    ['python', '-'],
    `import socket
from concurrent.futures import ThreadPoolExecutor
def dial(target):
    try:
        socket.create_connection(target, ${SECONDS}).close()
        return 'true'
    except OSError:
        return 'false'
print(*ThreadPoolExecutor(20).map(dial, map(tuple, TARGETS)), sep='\\n')`,
  ],
  bash: [
    ['bash', '-s'],
    `for target in TARGETS; do
  if timeout ${SECONDS} bash -c ": </dev/tcp/$target" 2>/dev/null; then echo true; else echo false; fi
done`,
  ],
}

/** Tries to open a TCP connection to each target, as the pod itself would. @returns which could be opened, in their order */
export async function dial({ namespace, pod, has }: Origin, targets: readonly Target[]): Promise<boolean[]> {
  const [words, program] = PROGRAMS[has]
  const list =
    has === 'bash'
      ? targets.map(({ address, port }) => `${address}/${port}`).join(' ')
      : JSON.stringify(targets.map(({ address, port }) => [address, port]))
  const said = await kubectl([`--namespace=${namespace}`, 'exec', '--stdin', pod, '--', ...words], {
    input: program.replace('TARGETS', list),
  })
  const answers = said.trim().split('\n')
  if (answers.length !== targets.length)
    throw new Error(`${pod} tried ${targets.length} targets and said: ${said}`)
  return answers.map((answer) => answer === 'true')
}
