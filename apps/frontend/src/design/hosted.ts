import type { ReactNode } from 'react'

let hosted: ReactNode = null
let tellHost = () => {}

/**
 * Puts the toasts on the page, or what stands in for them.
 *
 * @returns how to take them away; that does nothing once something else is there
 */
export function host(toasts: ReactNode): () => void {
  hosted = toasts
  tellHost()
  return () => {
    if (hosted === toasts) host(null)
  }
}

/** What is on the page now. */
export function whatIsHosted(): ReactNode {
  return hosted
}

/** Calls `changed` whenever that changes. @returns how to end it */
export function watchHosted(changed: () => void): () => void {
  tellHost = changed
  return () => {
    tellHost = () => {}
  }
}
