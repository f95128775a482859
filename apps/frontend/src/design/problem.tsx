import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Refused } from '@/client/refused'
import { waitFor } from '@/client/wait'
import { Details } from './details'
import { Note } from './note'

interface ProblemProps {
  error: unknown
  title?: string | undefined
  /** What to do about it, such as a button. */
  children?: ReactNode
}

/** A live region: what is put into it is read out. A fault that is no refusal is a defect of ours and is thrown on. */
export function Problem({ error, title, children }: ProblemProps) {
  if (error && !(error instanceof Refused)) throw error
  return (
    <div role="alert">
      {error instanceof Refused && (
        <Note tone="bad" title={title} icon={<IconAlertTriangle size={18} aria-hidden />}>
          <p>
            {error.message} {waitFor(error)}
          </p>
          {children}
          <Details error={error} />
        </Note>
      )}
    </div>
  )
}
