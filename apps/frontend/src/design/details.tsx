import type { Refused } from '@/client/refused'
import style from './details.module.css'

/** In small print, what helps whoever looks into the logs. */
export function Details({ error }: { error: Refused }) {
  if (!error.requestId) return null
  return (
    <details className={style.details}>
      <summary>Details</summary>
      Request {error.requestId}
      {error.status && `, status ${error.status}`}
    </details>
  )
}
