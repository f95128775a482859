'use client'

import { Notifications } from '@mantine/notifications'
import '@mantine/core/styles/Notification.layer.css'
import '@mantine/notifications/styles.layer.css'
import style from './toasts.module.css'

export { notifications } from '@mantine/notifications'

/** Where toasts appear. */
export function Toasts() {
  return <Notifications className={style.toasts} position="bottom-left" limit={4} zIndex={1_000} />
}
