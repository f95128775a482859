'use client'

import { Button } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useState } from 'react'
import { signOut } from '@/client/account'
import { tellRefusal } from '@/design/toast'
import { forgetDevice, leaveDevice } from '@/device/leave'
import style from './sign-out-button.module.css'

export function SignOutButton() {
  const [leaving, setLeaving] = useState(false)

  async function leave() {
    setLeaving(true)
    try {
      await leaveDevice()
      await signOut()
      // Once more, of what other tabs have kept of this user until now.
      await forgetDevice()
      // A full load, so that nothing of this user stays in memory.
      window.location.assign('/sign-in')
    } catch (error) {
      setLeaving(false)
      tellRefusal('You are still signed in', error)
    }
  }

  return (
    <Button
      variant="subtle"
      color="gray"
      size="sm"
      px="xs"
      loading={leaving}
      onClick={leave}
      leftSection={<IconLogout size={18} aria-hidden />}
      classNames={{ section: style.icon, label: 'unseen-on-phone' }}
    >
      Sign out
    </Button>
  )
}
