import { type ReactNode, useId } from 'react'
import style from './settings.module.css'

/** One thing to be set, with a sentence about it. */
export function Section({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={style.section}>
      <div>
        <h2 id={id}>{title}</h2>
        <p className={style.lead}>{lead}</p>
      </div>
      <div>{children}</div>
    </section>
  )
}
