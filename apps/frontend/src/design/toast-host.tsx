'use client'

import { type ReactNode, useSyncExternalStore } from 'react'
import style from './toast.module.css'

let hosted: ReactNode = null
let tellHost = () => {}

/** Puts the toasts on the page, or what stands in for them. */
export function host(toasts: ReactNode): void {
  hosted = toasts
  tellHost()
}

function subscribe(changed: () => void): () => void {
  tellHost = changed
  return () => {
    tellHost = () => {}
  }
}

/** Where toasts will appear. */
export function ToastHost() {
  const toasts = useSyncExternalStore(
    subscribe,
    () => hosted,
    () => null,
  )
  return toasts && <div className={style.host}>{toasts}</div>
}
