import type { Container, Facts, ProbeName } from '../facts.ts'
import { failing, lastUnhealthy } from '../failing.ts'
import { type OwnFinding, where } from '../finding.ts'

/** A container that runs, and whose probe fails for longer than the probe itself has patience. */
export function probeFailing(facts: Facts): OwnFinding[] {
  return failing(facts).flatMap(({ pod, container, killed, words }) => {
    const met = lastUnhealthy(facts, pod, container) ?? ''
    const asked = container.probes.readiness ? 'readiness' : 'startup'
    const name = (/^(Startup|Readiness|Liveness)/.exec(met)?.[0]?.toLowerCase() ?? asked) as ProbeName
    const probe = container.probes[name]
    if (!probe) return []
    const at = where(pod.workload, container.name)
    const [answered, body] = answerOf(container, met)
    return [
      {
        cause: 'probe-failing',
        where: at,
        message: `${at} ${killed ? 'is killed again and again' : 'is not ready'}: its ${name} probe (${probe.asks}) ${answered}${body && `: ${body}`}.`,
        details: [killed ? 'killed' : 'unready', name, answered, ...(body ? [body] : [])],
        cure:
          answered === NOBODY
            ? `let it listen on 0.0.0.0 and that port, or correct the port in stack/stack.ts`
            : `kubectl -n ${facts.namespace} logs ${pod.workload} -c ${container.name}`,
        evidence: [met, ...words.slice(-5)].filter(Boolean),
      },
    ]
  })
}

const NOBODY = 'finds nothing there: it does not listen on that port'

/** @param met the kubelet's words. @returns what the probe meets, and more of it where more is known */
function answerOf({ answer }: Container, met: string): [answered: string, body: string] {
  if (answer && answer.status !== 200) return [`is answered ${answer.status}`, oneLine(answer.body)]
  const [, status] = /statuscode: (\d+)/.exec(met) ?? []
  if (status) return [`is answered ${status}`, '']
  if (/connection refused/.test(met)) return [NOBODY, '']
  if (/deadline exceeded|timed? ?out/i.test(met)) return ['gets no answer in time', '']
  return ['fails', oneLine(met.replace(/^\w+ probe failed: ?/, ''))]
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '')
}
