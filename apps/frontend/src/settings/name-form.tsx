'use client'

import { Button, TextInput } from '@mantine/core'
import { useRouter } from 'next/navigation'
import { useSubmission } from '@/account/use-submission'
import { changeName } from '@/client/account'
import { Problem } from '@/design/problem'
import { tell } from '@/design/toast'
import style from './settings.module.css'

export function NameForm({ name }: { name: string }) {
  const router = useRouter()
  const { error, busy, submit } = useSubmission(async (text) => {
    await changeName(text('name').trim())
    router.refresh()
    await tell('Your name is changed.')
  })
  return (
    <form method="post" onSubmit={submit} className={style.form}>
      <TextInput
        label="Name"
        name="name"
        defaultValue={name}
        autoComplete="name"
        withAsterisk={false}
        required
        maxLength={100}
      />
      <Problem error={error} />
      <Button type="submit" variant="default" loading={busy}>
        Change name
      </Button>
    </form>
  )
}
