import type { ReactNode } from 'react'
import { Brand } from '@/design/brand'
import style from './account.module.css'

interface AccountPageProps {
  title: string
  lead: string
  /** The way to the other page. */
  other: ReactNode
  children: ReactNode
}

/** What signing in and signing up look like. */
export function AccountPage({ title, lead, other, children }: AccountPageProps) {
  return (
    <main className={style.page}>
      <div className={style.card}>
        <div className={style.brand}>
          <Brand size={2.5} />
        </div>
        <h1>{title}</h1>
        <p className={style.lead}>{lead}</p>
        {children}
        <p className={style.other}>{other}</p>
      </div>
    </main>
  )
}
