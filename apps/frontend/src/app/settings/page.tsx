import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Suspense } from 'react'
import { Header } from '@/account/header'
import { Device } from '@/device/device'
import { signedInUser } from '@/server/session'
import { DeleteAccount } from '@/settings/delete-account'
import { NameForm } from '@/settings/name-form'
import { PasswordForm } from '@/settings/password-form'
import { RemindersIfAny, RemindersToCome } from '@/settings/reminders-if-any'
import { Section } from '@/settings/section'
import style from '@/settings/settings.module.css'
import { ThemeChoice } from '@/settings/theme-choice'

export const metadata: Metadata = { title: 'Settings · Todo' }

export default async function SettingsPage() {
  const user = await signedInUser()
  if (!user) redirect('/sign-in')
  return (
    <>
      <Header userName={user.name} here="settings" />
      <main id="main" tabIndex={-1} className={style.page}>
        <h1>Settings</h1>
        <Section title="Account" lead={user.email}>
          <NameForm name={user.name} />
        </Section>
        <Section title="Password" lead="A new one signs you out everywhere else.">
          <PasswordForm email={user.email} />
        </Section>
        <Suspense fallback={<RemindersToCome />}>
          <RemindersIfAny userId={user.id} />
        </Suspense>
        <Section title="Appearance" lead="In this browser.">
          <ThemeChoice />
        </Section>
        <Section
          title="Delete account"
          lead="With all tasks and conversations. Nothing of it can be brought back."
        >
          <DeleteAccount />
        </Section>
      </main>
      <Device userId={user.id} />
    </>
  )
}
