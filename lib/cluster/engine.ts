import { $, which } from 'zx/core'
import { Refusal } from '../shell/refusal.ts'

/** The container engine that the `docker` command of this shell talks to. */
export interface Engine {
  readonly version: string
  readonly cpus: number
  readonly memoryMiB: number
}

/**
 * Asks the engine what it is and has.
 *
 * @throws Refusal when there is no `docker` command, or no engine answers it within 20 s
 */
export async function dockerEngine(): Promise<Engine> {
  if (!(await which('docker', { nothrow: true })))
    throw new Refusal(
      'There is no docker command on PATH.',
      'install Docker from https://docs.docker.com/get-started/get-docker/',
    )
  const answer = await $({
    nothrow: true,
    quiet: true,
    signal: AbortSignal.timeout(20_000),
  })`docker info --format ${'{{.ServerVersion}} {{.NCPU}} {{.MemTotal}}'}`
  const [version, cpus, memoryBytes] = answer.stdout.trim().split(' ')
  if (answer.ok && version && Number(cpus) > 0 && Number(memoryBytes) > 0)
    return { version, cpus: Number(cpus), memoryMiB: Math.floor(Number(memoryBytes) / 2 ** 20) }

  const reason = answer.stderr.trim().split('\n')[0] ?? ''
  if (/permission denied/i.test(reason))
    throw new Refusal(
      'You may not talk to the Docker engine.',
      'sudo usermod -aG docker "$USER", then log in again',
    )
  throw new Refusal(
    `No Docker engine answers${reason ? `: ${reason.replace(/[^.?!]$/, '$&.')}` : ' within 20 seconds.'}`,
    'start it (Linux: sudo systemctl start docker; otherwise open Docker Desktop), or correct DOCKER_HOST',
  )
}
