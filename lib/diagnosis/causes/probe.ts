import type { Container, Facts, ProbeName } from '../facts.ts'
import { failing, lastUnhealthy } from '../failing.ts'
import { type Finding, where } from '../finding.ts'

/** A container that runs, and whose probe fails for longer than the probe itself has patience. */
export function probeFailing(facts: Facts): Finding[] {
  return failing(facts).flatMap(({ pod, container, killed, said }) => {
    const met = lastUnhealthy(facts, pod, container) ?? ''
    const asked = container.probes.readiness ? 'readiness' : 'startup'
    const name = (/^(Startup|Readiness|Liveness)/.exec(met)?.[0]?.toLowerCase() ?? asked) as ProbeName
    const probe = container.probes[name]
    if (!probe) return []
    const at = where(pod.workload, container.name)
    const answered = answerOf(container, met)
    return [
      {
        cause: 'probe-failing',
        where: at,
        message: `${at} ${killed ? 'is killed again and again' : 'is not ready'}: its ${name} probe (${probe.asks}) ${answered}.`,
        cure: /does not listen/.test(answered)
          ? `let it listen on 0.0.0.0 and that port, or correct the port in stack/stack.ts`
          : `kubectl -n ${facts.namespace} logs ${pod.workload} -c ${container.name}`,
        evidence: [met, ...said.slice(-5)].filter(Boolean),
      },
    ]
  })
}

function answerOf({ answer }: Container, met: string): string {
  if (answer && answer.status !== 200)
    return `is answered ${answer.status}${answer.body ? `: ${oneLine(answer.body)}` : ''}`
  const [, status] = /statuscode: (\d+)/.exec(met) ?? []
  if (status) return `is answered ${status}`
  if (/connection refused/.test(met)) return 'finds nothing there: it does not listen on that port'
  if (/deadline exceeded|timed? ?out/i.test(met)) return 'gets no answer in time'
  return `fails${met ? `: ${oneLine(met.replace(/^\w+ probe failed: ?/, ''))}` : ''}`
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '')
}
