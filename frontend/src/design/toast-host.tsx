'use client'

import dynamic from 'next/dynamic'
import { useSyncExternalStore } from 'react'

const Toasts = dynamic(() => import('./toasts'), { ssr: false })

let wanted = false
let tellHost = () => {}

/** Has the place for toasts made, from the first toast on. */
export function wantToasts(): void {
  wanted = true
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
  const isWanted = useSyncExternalStore(
    subscribe,
    () => wanted,
    () => false,
  )
  return isWanted && <Toasts />
}
