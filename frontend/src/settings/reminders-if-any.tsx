import { pathOf } from '@/client/api'
import { ahead, backendForPage } from '@/server/backend'
import { RemindersSwitch } from './reminders-switch'
import { Section } from './section'

/** Nothing where the server has reminders switched off. */
export async function RemindersIfAny({ userId }: { userId: string }) {
  const push = await ahead(async () => {
    const answer = await (await backendForPage())(pathOf(userId, 'push'))
    return (await answer.json()) as { enabled: boolean }
  })
  if (push?.enabled === false) return null
  return (
    <Section title="Reminders" lead="A notification of this browser when a task comes due.">
      <RemindersSwitch userId={userId} />
    </Section>
  )
}
