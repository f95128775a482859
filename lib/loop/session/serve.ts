import type { NamedProgram } from '../../../k8s/services.ts'
import { redactor } from '../../diagnosis/redact.ts'
import { dashboardAddress } from '../dashboard/address.ts'
import type { GraphNode } from '../dashboard/messages.ts'
import { openDashboard } from '../dashboard/open.ts'
import type { Member } from '../member.ts'
import { lineOf } from '../record/gather.ts'
import type { KeptLine } from '../record/kinds.ts'
import type { ScreenPlace } from '../screen/lines.ts'
import { answersOf } from './answers.ts'
import { socketOf } from './client.ts'
import type { Means } from './means.ts'
import { serveAnswers } from './server.ts'
import { openSession, type Session } from './session.ts'

/**
 * Opens a loop to those who ask and to browsers, until the signal, and keeps what happens in it.
 *
 * @param secrets that nobody is to read in what is told and kept; the same list as long as they are the same
 * @param state the folder of the stack
 */
export async function serveSession(
  members: readonly Member[],
  place: ScreenPlace,
  means: Omit<Means, 'follow' | 'logs'>,
  secrets: () => readonly string[],
  state: string,
  signal: AbortSignal,
): Promise<Session> {
  let [known, redact] = [secrets(), redactor(secrets())]
  const address = await dashboardAddress(state)
  const session = openSession(members, { ...place, dashboard: address.url }, (text) => {
    if (known !== secrets()) [known, redact] = [secrets(), redactor(secrets())]
    return redact(text)
  })
  const followers = new Set<(line: KeptLine) => void>()
  session.on((event) => {
    const line = lineOf(event, Date.now())
    if (line) for (const hear of followers) hear(line)
  })
  const follow: Means['follow'] = (hear, until) => {
    followers.add(hear)
    until.addEventListener('abort', () => followers.delete(hear))
  }
  const act = ({ restart }: { restart: string }) => means.restart(restart)
  const graph = () => graphOf(session.state().services, means.services())
  const logs = openDashboard(session, address, graph, act, state, signal)
  await serveAnswers(socketOf(state), answersOf(session, { ...means, follow, logs }), signal)
  return session
}

function graphOf(members: readonly Member[], services: readonly NamedProgram[]): GraphNode[] {
  return members.map(({ name }) => {
    const program = services.find((service) => service.name === name)
    const calls = (program?.calls ?? []).filter((called) => members.some((member) => member.name === called))
    return { name, kind: program ? 'program' : 'store', calls }
  })
}
