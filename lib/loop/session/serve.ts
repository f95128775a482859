import { existsSync } from 'node:fs'
import { redactor } from '../../diagnosis/redact.ts'
import { dashboardAddress } from '../dashboard/address.ts'
import type { GraphNode, PageAction } from '../dashboard/messages.ts'
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

/** Milliseconds until it is noticed that nobody can ask any more. */
const LOOK = 1000

/** A loop that is to be asked. */
export interface Loop {
  readonly members: readonly Member[]
  readonly place: ScreenPlace
  /** The folder of the stack. */
  readonly state: string
  /** Those that nobody is to read in what is told and kept; the same list as long as they are the same. */
  readonly secrets: () => readonly string[]
}

/** Opens a loop to those who ask and to browsers, until the signal, and keeps what happens in it. */
export async function serveSession(
  { members, place, state, secrets }: Loop,
  means: Omit<Means, 'follow' | 'logs'>,
  signal: AbortSignal,
): Promise<Session> {
  let [known, redact] = [secrets(), redactor(secrets())]
  const { url, ...address } = await dashboardAddress(state)
  const session = openSession(members, { ...place, dashboard: url }, (text) => {
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
  const act = async (action: PageAction) => {
    if ('restart' in action) await means.restart(action.restart)
    else if (action.pause) await means.pause.begin()
    else await means.pause.end()
  }
  const graph = () => graphOf(session.state().services, means)
  const logs = openDashboard(session, { ...address, state }, { graph, act }, signal)
  await serveAnswers(socketOf(state), answersOf(session, { ...means, follow, logs }), signal)
  onceGone(socketOf(state), signal, () => {
    const text = `${state} was removed, by which this loop is asked: it ends. → npm run dev`
    session.tell({ kind: 'note', text })
    means.stop()
  })
  return session
}

function onceGone(file: string, signal: AbortSignal, act: () => void): void {
  const look = setInterval(() => {
    if (existsSync(file)) return
    clearInterval(look)
    act()
  }, LOOK)
  signal.addEventListener('abort', () => clearInterval(look))
}

/** Of what runs, and the stores that it calls, of which a loop on a host hears nothing. */
function graphOf(
  members: readonly Member[],
  { services, addressOf }: Pick<Means, 'services' | 'addressOf'>,
): GraphNode[] {
  const programs = services()
  const names = new Set([...members.map(({ name }) => name), ...programs.flatMap(({ calls = [] }) => calls)])
  return [...names].map((name) => {
    const program = programs.find((service) => service.name === name)
    if (!program) return { name, kind: 'store', calls: [] }
    const { calls = [], documentation, nodePort } = program
    const address = documentation === undefined ? undefined : addressOf(program)
    return {
      name,
      kind: nodePort === undefined ? 'program' : 'page',
      calls,
      ...(address ? { documentation: `${address}${documentation}` } : {}),
    }
  })
}
