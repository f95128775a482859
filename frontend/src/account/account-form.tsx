'use client'

import { Button, PasswordInput, TextInput } from '@mantine/core'
import '@mantine/core/styles/PasswordInput.layer.css'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { signIn, signUp } from '@/client/account'
import { Problem } from '@/design/problem'
import style from './account.module.css'

interface AccountFormProps {
  kind: 'sign-in' | 'sign-up'
  /** Where to go from here. */
  back?: string
}

export function AccountForm({ kind, back = '/' }: AccountFormProps) {
  const router = useRouter()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const isNew = kind === 'sign-up'

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const credentials = { email: text('email').trim(), password: text('password') }
    setBusy(true)
    setError(undefined)
    try {
      await (isNew ? signUp({ ...credentials, name: text('name').trim() }) : signIn(credentials))
      router.replace(back)
      router.refresh()
    } catch (error) {
      setError(error)
      setBusy(false)
    }
  }

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
      <PasswordInput
        label="Password"
        name="password"
        size="md"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        minLength={8}
        maxLength={128}
        description={isNew ? 'At least 8 characters' : undefined}
        // Without the word "password", which is the field's own.
        visibilityToggleButtonProps={{
          'aria-label': 'Show what is typed',
          'aria-hidden': false,
          tabIndex: 0,
        }}
        withAsterisk={false}
        required
      />
      <Problem error={error} />
      <Button type="submit" size="md" fullWidth loading={busy}>
        {isNew ? 'Create account' : 'Sign in'}
      </Button>
    </form>
  )
}
