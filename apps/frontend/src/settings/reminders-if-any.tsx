import type { ReactNode } from 'react'
import { pathOf } from '@/client/api'
import type { PushView } from '@/client/contract'
import { ahead, backendForPage } from '@/server/backend'
import { RemindersSwitch } from './reminders-switch'
import { Section } from './section'
import style from './settings.module.css'

/** Nothing where the server has reminders switched off. */
export async function RemindersIfAny({ userId }: { userId: string }) {
  const push = await ahead(async () => {
    const answer = await (await backendForPage())(pathOf(userId, 'push'))
    return (await answer.json()) as PushView
  })
  if (push?.enabled === false) return null
  return (
    <RemindersSection>
      <RemindersSwitch userId={userId} />
    </RemindersSection>
  )
}

/** As long as nobody knows whether there are any: nearly every server has them. */
export function RemindersToCome() {
  return (
    <RemindersSection>
      <div className={style.known} />
    </RemindersSection>
  )
}

function RemindersSection({ children }: { children: ReactNode }) {
  return (
    <Section title="Reminders" lead="A notification of this browser when a task comes due.">
      {children}
    </Section>
  )
}
