import { isFree } from '../shell/loopback.ts'
import { Refusal } from '../shell/refusal.ts'
import { answers } from '../shell/tcp.ts'

/** @throws Refusal naming each port that something else holds */
export async function requireFreePorts(ports: ReadonlyMap<number, string>): Promise<void> {
  const taken = (
    await Promise.all(
      [...ports].map(async ([port, name]) => ((await isFree(port)) ? [] : [`${port} (${name})`])),
    )
  ).flat()
  if (taken.length > 0)
    throw new Refusal(
      `Port ${taken.join(', ')} of this machine is taken by another program.`,
      'end that program — or put PORT_OFFSET=1000 into .env.local to move the whole stack',
    )
}

/** @throws Refusal when nothing answers where a DATABASE_URL leads */
export async function requireDatabase(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  if (!(await answers(hostname, Number(port || 5432), 3_000)))
    throw new Refusal(
      `The database of DATABASE_URL does not answer at ${hostname}:${port || 5432}.`,
      'correct DATABASE_URL in .env.local, or remove it to use a PostgreSQL of the stack itself',
    )
}
