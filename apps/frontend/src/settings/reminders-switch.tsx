'use client'

import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Problem } from '@/design/problem'
import { type Reminders, remindersOf, turnOff, turnOn } from '@/device/reminders'
import style from './settings.module.css'

const said: Record<Reminders, string> = {
  off: 'They are off. Turned on, your browser asks whether this page may show notifications.',
  on: 'They are on, and come while this page is closed too.',
  'on-while-open':
    'They are on while this page is open. None come while it is closed: there is no push service that both your browser and this server can use.',
  denied:
    'Your browser does not let this page show notifications. Allow them for this page in the browser’s settings (the sign beside the address leads there), then load this page again.',
  unsupported: 'This browser has no notifications for this page: it needs https, or localhost.',
}

/** Asks for the permission only when somebody has read what it is for and wants it. */
export function RemindersSwitch({ userId }: { userId: string }) {
  const [reminders, setReminders] = useState<Reminders>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const isOn = reminders?.startsWith('on')

  useEffect(() => setReminders(remindersOf(userId)), [userId])

  async function change() {
    setBusy(true)
    setError(undefined)
    try {
      setReminders(await (isOn ? turnOff(userId) : turnOn(userId)))
    } catch (error) {
      setError(error)
    }
    setBusy(false)
  }

  return (
    <div className={`${style.form} ${style.known}`}>
      <p role="status" className={style.note}>
        {reminders && said[reminders]}
      </p>
      <Problem error={error} />
      {(isOn || reminders === 'off') && (
        <Button variant="default" loading={busy} onClick={change}>
          {isOn ? 'Turn reminders off' : 'Turn reminders on'}
        </Button>
      )}
    </div>
  )
}
