import { forgetTasks } from './kept-tasks'
import { forgetReminders } from './reminders'

/** Leaves nothing of a user in this browser, neither tasks nor reminders nor what was being typed; to be called before signing out. */
export async function leaveDevice(): Promise<void> {
  // Nobody is kept from signing out because a push service or the API does not answer.
  await forgetReminders().catch(() => undefined)
  await forgetDevice()
}

/** The same for an account that is gone: the server has nothing of it. */
export async function forgetDevice(): Promise<void> {
  forgetTasks()
  for (const storage of [localStorage, sessionStorage])
    for (const name of Object.keys(storage).filter(isOurs)) storage.removeItem(name)
  if (!('serviceWorker' in navigator)) return
  for (const name of (await caches.keys()).filter(isOurs)) await caches.delete(name)
  const registration = await navigator.serviceWorker.getRegistration()
  for (const notification of (await registration?.getNotifications()) ?? []) notification.close()
}

function isOurs(name: string): boolean {
  return name.startsWith('todo-')
}
