'use client'

import { Notifications } from '@mantine/notifications'
import '@mantine/core/styles/Notification.layer.css'
import '@mantine/notifications/styles.layer.css'
import style from './toasts.module.css'

export { notifications, notificationsStore } from '@mantine/notifications'

/** How many there are at a time. */
export const most = 4

/** Where toasts appear. */
export function Toasts() {
  return <Notifications className={style.toasts} position="bottom-left" limit={most} zIndex={1_000} />
}
