'use client'

import { useSyncExternalStore } from 'react'
import { watchHosted, whatIsHosted } from './hosted'
import style from './toast.module.css'

/** Where toasts will appear. */
export function ToastHost() {
  const toasts = useSyncExternalStore(watchHosted, whatIsHosted, () => null)
  return toasts && <div className={style.host}>{toasts}</div>
}
