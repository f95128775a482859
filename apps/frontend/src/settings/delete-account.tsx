'use client'

import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { dialogPart } from '@/design/part'

// Rarely wanted, and a dialog is as large as all else on the page.
const DeletionDialog = dialogPart(() => import('./deletion-dialog'))

export function DeleteAccount() {
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)

  function close() {
    setAsking(false)
    opener.current?.focus()
  }

  return (
    <>
      <Button ref={opener} variant="outline" color="var(--urgent)" onClick={() => setAsking(true)}>
        Delete account…
      </Button>
      {asking && <DeletionDialog onClose={close} />}
    </>
  )
}
