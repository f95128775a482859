import type { Cause, Place } from '../../../k8s/model/cause.ts'
import { lostFolder, postgresCauses } from '../../runtimes/postgres/causes.ts'
import { isBlamed } from '../finding.ts'
import { nameCauses } from './names.ts'
import { brokenProgram } from './program.ts'
import type { Reading } from './reading.ts'
import { serviceCauses } from './services.ts'
import { systemCauses } from './system.ts'

/**
 * What a program's last words tell about why it fails; pods and host processes use the same words.
 *
 * @param own what the programs of the stack say
 * @param alive whether it still runs: then what it says need not have ended it
 * @returns the cause that the last telling line names; of two that a same line tells, the first counts
 */
export function readLines(
  lines: readonly string[],
  place: Place,
  own: readonly Cause[],
  alive: boolean,
): Reading | undefined {
  const readings = [
    ...[lostFolder, ...systemCauses, ...nameCauses, ...postgresCauses, ...serviceCauses, ...own].map(
      (cause) => newest(cause, lines, place),
    ),
    brokenProgram(lines, place, alive),
  ]
  return (
    readings
      // What its clients are refused is in a server's own log too.
      .filter((one) => one && !isBlamed(one.blames, place.where))
      .reduce((last, one) => (one && one.at > (last?.at ?? -1) ? one : last), undefined)
  )
}

/** @returns what the newest line means that says so */
export function newest(
  { id, says, means }: Cause,
  lines: readonly string[],
  place: Place,
): Reading | undefined {
  const pattern = typeof says === 'function' ? says(place) : says
  for (let at = lines.length - 1; at >= 0; at--) {
    const match = pattern.exec(lines[at] ?? '')
    if (match) return { cause: id, at, ...means(match, place) }
  }
  return undefined
}
