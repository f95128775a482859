import { atLeast } from '../../shell/version.ts'
import type { CauseId } from '../cause-ids.ts'
import type { Check } from '../check.ts'
import type { Finding } from '../finding.ts'
import type { MachineObservation } from './facts.ts'

/** As in package.json and README.md. */
const OLDEST_NODE = '20.20.0'
const OLDEST_PYTHON = '3.11.0'
const GIBIBYTE = 2 ** 30
/** Images, packages and a database come to about this. */
const ROOM = 4 * GIBIBYTE
/** Skaffold watches each folder of the checkout, beside an editor that does so too. */
const WATCHES = 16_384
const INSTANCES = 128

/** Judges this machine for the target that is used here. */
export function machineVerdict(facts: MachineObservation): Check {
  const inCluster = facts.target === 'cluster'
  const { engine, engineProblem, missingTools, inotify, settingsProblem, python } = facts
  const findings: Finding[] = []
  const find = (cause: CauseId, message: string, cure: string) =>
    findings.push({ cause, where: 'machine', message, cure, evidence: [] })

  if (!atLeast(facts.node, OLDEST_NODE))
    find(
      'node-version',
      `Node is ${facts.node}; ${OLDEST_NODE} or newer is needed.`,
      'install Node 24 from https://nodejs.org',
    )
  if (!inCluster && facts.usesPython && (!python || !atLeast(python, OLDEST_PYTHON)))
    find(
      'python-version',
      python
        ? `Python is ${python}; ${OLDEST_PYTHON} or newer is needed.`
        : 'There is no Python on this PATH.',
      'apt-get install python3 python3-venv, or brew install python; or use --target cluster',
    )
  for (const { message, cure } of facts.wanting) find('tools-missing', message, cure)
  if (inCluster && engineProblem) find('engine-away', engineProblem.message, engineProblem.cure)
  if (inCluster && missingTools.length > 0)
    find(
      'tools-missing',
      `Not found: ${missingTools.join(', ')}.`,
      'npm run up -- --target cluster fetches them',
    )
  for (const [folder, bytes] of facts.free)
    if (bytes < ROOM)
      find(
        'disk-full',
        `Only ${gibibytes(bytes)} are free where ${folder} is; images and packages need about ${gibibytes(ROOM)}.`,
        'make room: docker system prune',
      )
  if (inotify && (inotify.watches < WATCHES || inotify.instances < INSTANCES))
    find(
      'inotify-limit',
      `This machine allows ${inotify.watches} inotify watches and ${inotify.instances} instances, too few to watch the checkout.`,
      'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
    )
  if (settingsProblem) find('settings-wrong', settingsProblem.message, settingsProblem.cure)

  return {
    part: 'machine',
    well: [
      ...(has(findings, 'node-version') ? [] : [`Node ${facts.node}`]),
      ...(python && !has(findings, 'python-version') ? [`Python ${python}`] : []),
      ...(engine ? [`Docker engine ${engine.version}: ${engine.cpus} CPUs, ${engine.memoryMiB} MiB`] : []),
      ...(facts.tools.length > 0 ? [facts.tools.join(', ')] : []),
      ...(has(findings, 'disk-full') ? [] : [`${gibibytes(Math.min(...facts.free.values()))} free on disk`]),
      ...(inotify && !has(findings, 'inotify-limit') ? [`${inotify.watches} inotify watches`] : []),
      ...(settingsProblem ? [] : ['.env.local: nothing wrong in it']),
    ],
    findings,
  }
}

function has(findings: readonly Finding[], cause: CauseId): boolean {
  return findings.some((finding) => finding.cause === cause)
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`
}
