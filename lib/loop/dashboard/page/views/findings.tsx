import type { PastFinding } from '../../../record/kinds.ts'
import { counts } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Cure } from '../parts/cure.tsx'
import { Empty } from '../parts/empty.tsx'
import { clock, lasting } from '../parts/format.ts'

/** What is wrong and what was, each with its cure. */
export function Findings() {
  const findings = useAnswer<PastFinding[]>('findings', {}, counts.findings)
  if (!findings) return null
  const [now, past] = [
    findings.filter(({ gone }) => gone === undefined),
    findings.filter(({ gone }) => gone !== undefined),
  ]
  return (
    <>
      {now.length === 0 && (
        <Empty>
          Nothing is wrong as far as is known. <code>npm run doctor</code> looks closer.
        </Empty>
      )}
      <ul class="plain cards">
        {now.map((finding) => (
          <Finding key={`${finding.cause} ${finding.where} ${finding.at}`} finding={finding} />
        ))}
      </ul>
      {past.length > 0 && (
        <>
          <h2>Healed</h2>
          <ul class="plain cards">
            {past.map((finding) => (
              <Finding key={`${finding.cause} ${finding.where} ${finding.at}`} finding={finding} />
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Finding({ finding: { at, gone, cause, where, message, cure } }: { finding: PastFinding }) {
  return (
    <li class={`card ${gone === undefined ? 'finding' : ''}`}>
      <div class="row">
        <b>{where}</b>
        <code class="dim grow">{cause}</code>
        <span class="dim">
          {clock(at)}
          {gone === undefined ? '' : `, for ${lasting(gone - at)}`}
        </span>
      </div>
      <p class={gone === undefined ? 'why' : ''}>{message}</p>
      <Cure text={cure} />
    </li>
  )
}
