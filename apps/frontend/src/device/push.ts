import { callApi, pathOf } from '@/client/api'
import type { PushView } from '@/client/contract'
import { Refused } from '@/client/refused'

/** Throws Refused. */
export async function pushState(userId: string): Promise<PushView> {
  return (await callApi('GET', pathOf(userId, 'push'))).json()
}

/**
 * Subscribes this browser to reminders under the server's key of now, or renews that. Throws Refused.
 *
 * @returns false where the browser has no push service, or one that the server does not know: then only an open page reminds
 */
export async function subscribe(userId: string, publicKey: string): Promise<boolean> {
  const registration = await navigator.serviceWorker.ready
  const subscription = await subscriptionUnder(registration, publicKey).catch(() => undefined)
  if (!subscription) return false
  const { endpoint, keys } = subscription.toJSON()
  try {
    await callApi('PUT', pathOf(userId, 'push-subscription'), { body: { endpoint, keys } })
    return true
  } catch (error) {
    if (!(error instanceof Refused && error.status === 422)) throw error
    await subscription.unsubscribe()
    return false
  }
}

/** Throws Refused. */
export async function unsubscribe(userId: string): Promise<void> {
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager?.getSubscription()
  if (!subscription) return
  const query = new URLSearchParams({ endpoint: subscription.endpoint })
  await callApi('DELETE', `${pathOf(userId, 'push-subscription')}?${query}`)
  await subscription.unsubscribe()
}

async function subscriptionUnder(
  { pushManager }: ServiceWorkerRegistration,
  publicKey: string,
): Promise<PushSubscription> {
  const key = bytesOf(publicKey)
  const present = await pushManager.getSubscription()
  if (present && isSame(new Uint8Array(present.options.applicationServerKey ?? []), key)) return present
  await present?.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  )
}
