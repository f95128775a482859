import { existsSync, readFileSync } from 'node:fs'
import { isReplaced } from '../../k8s/model/replaced.ts'
import { databaseOf, ownsDatabase, programs } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import type { Checked } from '../diagnosis/checked.ts'
import type { Finding } from '../diagnosis/finding.ts'
import { texts } from '../diagnosis/lines/plain-lines.ts'
import { readLines } from '../diagnosis/lines/read.ts'
import type { Place } from '../diagnosis/lines/rule.ts'
import { redactor } from '../diagnosis/redact.ts'
import { answers } from '../shell/tcp.ts'
import { logFile } from './launch.ts'
import { recorded } from './running.ts'
import { readHostSecrets } from './secrets.ts'

const LOOPBACK = '127.0.0.1'
const TAIL = 60
const PATIENCE = 5_000

/**
 * Looks whether each process of the host target runs and is ready; the dead are asked for their last words.
 *
 * @param state the folder of what outlives a command
 */
export async function checkHost(
  state: string,
  settings: Settings,
  given: SecretValues,
  isUp: boolean,
): Promise<Checked> {
  const alive = (await recorded(state)).map(({ name }) => name)
  if (alive.length === 0 && !isUp)
    return { part: 'deployment', well: ['nothing is up: npm run up'], findings: [] }
  const redact = redactor([...Object.values(given), ...Object.values(readHostSecrets(state))])
  const well: string[] = []
  const findings: Finding[] = []
  const own = databaseOf(settings.stack)
  const database = own.port + settings.portOffset
  if (ownsDatabase(settings)) {
    if (await answers(LOOPBACK, database, PATIENCE)) well.push(`postgres answers on port ${database}`)
    else
      findings.push({
        cause: 'database-refused',
        where: own.service,
        message: `PostgreSQL does not answer on port ${database} of this machine.`,
        cure: 'npm run up',
        evidence: [],
      })
  }
  for (const { name, port, probes } of programs(settings)) {
    const isAlive = alive.includes(name)
    const answer = isAlive
      ? await readiness(`http://${LOOPBACK}:${port + settings.portOffset}${probes.ready}`)
      : undefined
    if (answer === 'ready') well.push(`${name} is ready`)
    else findings.push(unwell(logFile(state, name), placeOf(name, answer, settings, given), answer, redact))
  }
  const databaseIsDown = findings[0]?.where === own.service
  return {
    part: 'deployment',
    well,
    // One root cause is one finding.
    findings: findings.filter(
      ({ cause, where }) => !(databaseIsDown && where !== own.service && cause.startsWith('database-')),
    ),
  }
}

/** @returns `ready`, or what it says instead */
async function readiness(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
    return response.ok ? 'ready' : `${response.status} ${(await response.text()).slice(0, 500)}`
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? 'no answer in time'
      : 'nothing listens there'
  }
}

/** Of the process of a service, with the settings it was started with. */
function placeOf(where: string, answer: string | undefined, settings: Settings, given: SecretValues): Place {
  const { DATABASE_URL } = given
  const { port } = databaseOf(settings.stack)
  return {
    stack: settings.stack,
    where,
    alive: answer !== undefined,
    cluster: undefined,
    databasePort: DATABASE_URL ? Number(new URL(DATABASE_URL).port || port) : port + settings.portOffset,
    standIn: !isReplaced(settings, 'assistant-stub'),
  }
}

/** @param answer undefined where the process is gone */
function unwell(
  file: string,
  place: Place,
  answer: string | undefined,
  redact: (text: string) => string,
): Finding {
  const { where } = place
  const log = existsSync(file) ? redact(readFileSync(file, 'utf8')).trimEnd().split('\n').slice(-TAIL) : []
  const lines = [...log.flatMap(texts), ...(answer ? [redact(answer)] : [])]
  const told = readLines(lines, place)
  if (told) {
    const { cause, message, cure, at } = told
    return { cause, where, message, cure, evidence: lines.slice(Math.max(0, at - 4), at + 2) }
  }
  return {
    cause: answer === undefined ? 'crash' : 'probe-failing',
    where,
    message:
      answer === undefined
        ? `${where} has ended${log.length > 0 ? `; its last line: ${lines.at(-1)}` : ''}.`
        : `${where} is not ready; it answers: ${redact(answer)}.`,
    cure: answer === undefined ? `npm run up starts it again; ${file} has all it said` : `look at ${file}`,
    evidence: lines.slice(-8),
  }
}
