import { constants } from 'node:os'
import { migrator } from '../../../k8s/services.ts'
import type { Facts } from '../facts.ts'
import { type Failing, failing } from '../failing.ts'
import { type Explanation, type OwnFinding, where, withoutKind } from '../finding.ts'
import { programError } from '../lines/program-error.ts'

const LINES = 8
/** The name k8s/pod.ts gives the init container that brings the tables to their newest form. */
const MIGRATION = 'migrate'
/** Shells' codes for a command that is not there, or not executable. */
const NOT_A_COMMAND = [126, 127]

/** A program that ended, for a reason that nothing else here knows. */
export function crash(facts: Facts): OwnFinding[] {
  return failing(facts).flatMap((one) => {
    const { pod, container, ended, killed, words } = one
    if (!ended || killed) return []
    const at = where(pod.workload, container.name)
    return [{ where: at, ...explanation(one, at, ended.code, facts), evidence: words.slice(-LINES) }]
  })
}

function explanation(
  { pod, container, words }: Failing,
  at: string,
  code: number,
  { namespace, stack }: Facts,
): Explanation {
  const error = programError(words)
  const last = words.at(-1)
  const how = error
    ? `${error.error}${error.file ? ` (${error.file})` : ''}`
    : `exit code ${code}${signalOf(code)}${last ? `; its last line: ${last}` : ''}`
  const details = [error?.error ?? String(code), error?.file ?? last ?? ''].filter(Boolean)
  if (container.name === MIGRATION)
    return {
      cause: 'migration-failed',
      message: `The migration of ${pod.workload} failed: ${how}.`,
      details,
      cure: `correct ${migrator(stack, withoutKind(pod.workload))?.migrations ?? 'it'} (or what it says), then deploy again`,
    }
  if (NOT_A_COMMAND.includes(code) && last?.includes('not found'))
    return {
      cause: 'command-not-found',
      message: `${at} cannot start: its image lacks a command: ${last}.`,
      details,
      cure: 'correct the command in the stack, or install it in the Dockerfile',
    }
  return {
    cause: 'crash',
    message: code === 0 ? `${at} ends by itself, and is meant to go on.` : `${at} crashed: ${how}.`,
    details,
    cure: error?.file
      ? `correct ${error.file} and save`
      : `kubectl -n ${namespace} logs ${pod.workload} -c ${container.name} --previous shows all it said`,
  }
}

/** In parentheses, the signal that ended it: shells and container engines give 128 and its number. */
function signalOf(code: number): string {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? []
  return name ? ` (${name})` : ''
}
