import type { LoopStatus } from '../../../session/questions.ts'
import { linkTo } from '../route.ts'
import { Cure } from './cure.tsx'

/** Something that is wrong now. */
interface Wrong {
  readonly where: string
  readonly message: string
  readonly cure: string
  /** Whose log says more. */
  readonly service?: string
}

/** @returns services that fail, and what is wrong beside them */
export function whatIsWrong(status: LoopStatus | undefined): Wrong[] {
  const { services = [], findings = [] } = status ?? {}
  const failing = services.filter(
    ({ phase, why }) => phase === 'failing' && !findings.some(({ message }) => message === why),
  )
  return [
    ...failing.map(({ name, why = 'fails', cure = 'npm run doctor' }) => ({
      ...{ where: name, message: why, cure, service: name },
    })),
    ...findings,
  ]
}

export function WrongNow({ status }: { status: LoopStatus | undefined }) {
  const wrong = whatIsWrong(status)
  if (wrong.length === 0) return null
  return (
    <section class="card finding" aria-label="What is wrong">
      {wrong.map(({ where, message, cure, service }) => (
        <div key={`${where} ${message}`} class="wrong">
          <p class="why">
            <b>{where}</b> {message}
            {service && (
              <>
                {' '}
                <a href={linkTo('logs', { service, level: 'error' })}>its errors</a>
              </>
            )}
          </p>
          <Cure text={cure} />
        </div>
      ))}
    </section>
  )
}
