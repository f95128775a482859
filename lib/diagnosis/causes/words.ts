import type { Cause } from '../../../k8s/model/cause.ts'
import { pythonCauses } from '../../runtimes/python/causes.ts'
import type { Facts } from '../facts.ts'
import { failing } from '../failing.ts'
import { type Finding, where } from '../finding.ts'
import { newest, readLines } from '../lines/read.ts'
import type { Reading } from '../lines/reading.ts'
import { placeIn, type Surroundings } from '../place.ts'

/** Milliseconds: what a program that is ready said longer ago may be cured by now. */
const RECENT = 120_000

/** What a failing container says itself. */
export function ownWords(facts: Facts, own: readonly Cause[]): Finding[] {
  return failing(facts).flatMap(({ pod, container, ended, words }) => {
    const place = placeIn(surroundings(facts), where(pod.workload, container.name))
    const reading = readLines(words, place, own, ended === undefined)
    return reading
      ? [findingOf(reading, place.where, words.slice(Math.max(0, reading.at - 4), reading.at + 2))]
      : []
  })
}

/** What the stack, or a reloader, knows to fail while all pods are well: only the log of the one that meets it tells. */
export function saidByReady(facts: Facts, own: readonly Cause[]): Finding[] {
  const causes = [...pythonCauses, ...own].filter(({ whileReady }) => whileReady)
  return facts.pods.flatMap(({ workload, containers }) =>
    containers.flatMap(({ name, lines }) => {
      const recent = lines.filter(({ at }) => facts.now - at < RECENT).map(({ text }) => text)
      const place = placeIn(surroundings(facts), where(workload, name))
      return causes.flatMap((cause) => {
        const reading = newest(cause, recent, place)
        return reading ? [findingOf(reading, place.where, [recent[reading.at] ?? ''])] : []
      })
    }),
  )
}

function findingOf({ at: _, ...reading }: Reading, where: string, evidence: readonly string[]): Finding {
  return { ...reading, where, evidence }
}

function surroundings({ namespace, services, stack, databasePort }: Facts): Surroundings {
  return {
    stack,
    databasePort,
    portOffset: 0,
    cluster: { namespace, services },
    runs: (name) => services.includes(name),
  }
}
