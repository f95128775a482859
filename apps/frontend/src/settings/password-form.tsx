'use client'

import { Button } from '@mantine/core'
import { SecretInput } from '@/account/secret-input'
import { useSubmission } from '@/account/use-submission'
import { changePassword } from '@/client/account'
import { Problem } from '@/design/problem'
import { tell } from '@/design/toast'
import style from './settings.module.css'

export function PasswordForm({ email }: { email: string }) {
  const { error, busy, submit } = useSubmission(async (text, form) => {
    await changePassword(text('current'), text('new'))
    form.reset()
    await tell('Your password is changed. You are signed out everywhere else.')
  })
  return (
    <form method="post" onSubmit={submit} className={style.form}>
      {/* For password managers, which ask whose it is. */}
      <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
      <SecretInput label="Current password" name="current" />
      <SecretInput label="New password" name="new" isNew />
      <Problem error={error} />
      <Button type="submit" variant="default" loading={busy}>
        Change password
      </Button>
    </form>
  )
}
