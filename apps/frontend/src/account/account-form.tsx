'use client'

import { Button, TextInput } from '@mantine/core'
import { useRouter } from 'next/navigation'
import { signIn, signUp } from '@/client/account'
import { Problem } from '@/design/problem'
import style from './account.module.css'
import { SecretInput } from './secret-input'
import { useSubmission } from './use-submission'

interface AccountFormProps {
  kind: 'sign-in' | 'sign-up'
  /** Where to go from here. */
  back?: string
}

export function AccountForm({ kind, back = '/' }: AccountFormProps) {
  const router = useRouter()
  const isNew = kind === 'sign-up'
  const { error, busy, submit } = useSubmission(async (text) => {
    const credentials = { email: text('email').trim(), password: text('password') }
    await (isNew ? signUp({ ...credentials, name: text('name').trim() }) : signIn(credentials))
    router.replace(back)
    router.refresh()
  })

  return (
    // POST, so that a submit before the script has loaded cannot put the password into the address.
    <form method="post" onSubmit={submit} className={style.form}>
      {isNew && (
        <TextInput
          label="Name"
          name="name"
          size="md"
          autoComplete="name"
          withAsterisk={false}
          required
          maxLength={100}
        />
      )}
      <TextInput
        label="E-mail"
        name="email"
        type="email"
        size="md"
        autoComplete="email"
        withAsterisk={false}
        required
      />
      <SecretInput label="Password" name="password" size="md" isNew={isNew} />
      <Problem error={error} />
      <Button type="submit" size="md" fullWidth loading={busy}>
        {isNew ? 'Create account' : 'Sign in'}
      </Button>
    </form>
  )
}
