'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { signIn, signUp } from '@/client/account'
import { Field } from './field'
import { Problem, problemOf } from './problem'

export function AccountForm({ kind }: { kind: 'sign-in' | 'sign-up' }) {
  const router = useRouter()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const isNew = kind === 'sign-up'

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const credentials = { email: text('email').trim(), password: text('password') }
    setBusy(true)
    setProblem(undefined)
    try {
      await (isNew ? signUp({ ...credentials, name: text('name').trim() }) : signIn(credentials))
      router.replace('/')
      router.refresh()
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }

  return (
    // POST, so that a submit before the script has loaded cannot put the password into the address.
    <form method="post" onSubmit={submit}>
      {isNew && <Field label="Name" name="name" autoComplete="name" required maxLength={100} />}
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        minLength={8}
        maxLength={128}
        hint={isNew ? 'At least 8 characters' : undefined}
        required
      />
      <Problem text={problem} />
      <button type="submit" className="primary" disabled={busy}>
        {isNew ? 'Create account' : 'Sign in'}
      </button>
    </form>
  )
}
