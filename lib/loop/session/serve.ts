import { join } from 'node:path'
import { redactor } from '../../diagnosis/redact.ts'
import type { Place } from '../screen/lines.ts'
import type { Member } from '../state.ts'
import { answersOf, type Means } from './answers.ts'
import { socketOf } from './client.ts'
import { type KeptLine, openLogStore } from './log-store.ts'
import { serveAnswers } from './server.ts'
import { openSession, type Session } from './session.ts'

/**
 * Opens a loop to those who ask, until the signal, and keeps what its programs write.
 *
 * @param secrets that nobody is to read in what is told and kept; the same list as long as they are the same
 * @param state the folder of the stack
 */
export async function serveSession(
  members: readonly Member[],
  place: Place,
  means: Omit<Means, 'follow' | 'logs'>,
  secrets: () => readonly string[],
  state: string,
  signal: AbortSignal,
): Promise<Session> {
  let [known, redact] = [secrets(), redactor(secrets())]
  const session = openSession(members, place, (text) => {
    if (known !== secrets()) [known, redact] = [secrets(), redactor(secrets())]
    return redact(text)
  })
  const logs = join(state, 'logs')
  const store = openLogStore(logs)
  const followers = new Set<(line: KeptLine) => void>()
  session.on((event) => {
    if (event.kind !== 'log') return
    const line = store.keep(event.service, event.line, event.at)
    for (const hear of followers) hear(line)
  })
  const follow: Means['follow'] = (hear, until) => {
    followers.add(hear)
    until.addEventListener('abort', () => followers.delete(hear))
  }
  await serveAnswers(socketOf(state), answersOf(session, { ...means, follow, logs }), signal)
  return session
}
