'use client'

import { Button } from '@mantine/core'
import { SecretInput } from '@/account/secret-input'
import { useSubmission } from '@/account/use-submission'
import { deleteAccount } from '@/client/account'
import { Dialog } from '@/design/dialog'
import { Problem } from '@/design/problem'
import { forgetDevice } from '@/device/leave'
import style from './settings.module.css'

/** Asks for the password, then deletes the account for good. */
export default function DeletionDialog({ onClose }: { onClose: () => void }) {
  const { error, busy, submit } = useSubmission(async (text) => {
    await deleteAccount(text('password'))
    await forgetDevice()
    // A full load, so that nothing of this user stays in memory.
    window.location.assign('/sign-up')
  })
  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <form method="post" onSubmit={submit} className={style.form}>
        <p className={style.note}>Your tasks and conversations are deleted with it, at once and for good.</p>
        <SecretInput label="Password" name="password" />
        <Problem error={error} />
        <div className={style.buttons}>
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={busy}>
            Delete for good
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
