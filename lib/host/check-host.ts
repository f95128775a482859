import { existsSync, readFileSync } from 'node:fs'
import type { Cause, Place } from '../../k8s/model/cause.ts'
import { isReplaced } from '../../k8s/model/replaced.ts'
import { programs, stores } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import type { Check } from '../diagnosis/check.ts'
import type { Finding } from '../diagnosis/finding.ts'
import { texts } from '../diagnosis/lines/plain-lines.ts'
import { readLines } from '../diagnosis/lines/read.ts'
import { placeIn, type Surroundings } from '../diagnosis/place.ts'
import { redactor } from '../diagnosis/redact.ts'
import { HERE } from '../shell/loopback.ts'
import { answers } from '../shell/tcp.ts'
import type { Application } from '../stack/application.ts'
import { logFile } from './launch.ts'
import { recorded } from './running.ts'
import { readHostSecrets } from './secrets.ts'

const TAIL = 60
const PATIENCE = 5_000

/**
 * Looks whether each process of the host target runs and is ready; the dead are asked for their last words.
 *
 * @param isUp whether something was brought up: then it is a finding where nothing runs
 */
export async function checkHost(
  { state, causes }: Pick<Application, 'state' | 'causes'>,
  settings: Settings,
  given: SecretValues,
  isUp: boolean,
): Promise<Check> {
  const alive = (await recorded(state)).map(({ name }) => name)
  if (alive.length === 0 && !isUp)
    return { part: 'deployment', well: ['nothing is up: npm run up'], findings: [] }
  const redact = redactor([...Object.values(given), ...Object.values(readHostSecrets(state))])
  const well: string[] = []
  const findings: Finding[] = []
  const surroundings = surroundingsOf(settings, given)
  for (const store of stores(settings)) {
    const port = store.port + settings.portOffset
    if (await answers(HERE, port, PATIENCE)) well.push(`${store.name} answers on port ${port}`)
    else
      findings.push({
        cause: 'database-refused',
        where: store.name,
        message: `${store.name} does not answer on port ${port} of this machine.`,
        cure: 'npm run up',
        evidence: [],
      })
  }
  for (const { name, port, probes } of programs(settings)) {
    const isAlive = alive.includes(name)
    const answer = isAlive
      ? await readiness(`http://${HERE}:${port + settings.portOffset}${probes.ready}`)
      : undefined
    if (answer === 'ready') well.push(`${name} is ready`)
    else findings.push(unwell(logFile(state, name), placeIn(surroundings, name), causes, answer, redact))
  }
  const broken = findings.map(({ where }) => where)
  return {
    part: 'deployment',
    well,
    // One root cause is one finding.
    findings: findings.filter(({ blames = '' }) => !broken.includes(blames)),
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

/** Of the processes, with the settings they were started with. */
function surroundingsOf(settings: Settings, given: SecretValues): Surroundings {
  const { stack, portOffset } = settings
  const url = given[stack.database?.url ?? '']
  const port = stack.services[stack.database?.service ?? '']?.port
  return {
    stack,
    databasePort: url ? Number(new URL(url).port) || port : port && port + portOffset,
    portOffset,
    cluster: undefined,
    runs: (service) => !isReplaced(settings, service),
  }
}

/** @param answer undefined where the process is gone */
function unwell(
  file: string,
  place: Place,
  causes: readonly Cause[],
  answer: string | undefined,
  redact: (text: string) => string,
): Finding {
  const { where } = place
  const log = existsSync(file) ? redact(readFileSync(file, 'utf8')).trimEnd().split('\n').slice(-TAIL) : []
  const lines = [...log.flatMap(texts), ...(answer ? [redact(answer)] : [])]
  const reading = readLines(lines, place, causes, answer !== undefined)
  if (reading) {
    const { at, ...meaning } = reading
    return { ...meaning, where, evidence: lines.slice(Math.max(0, at - 4), at + 2) }
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
