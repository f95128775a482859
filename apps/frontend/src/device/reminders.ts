import { pushState, subscribe, unsubscribe } from './push'

/** What this browser does about reminders. */
export type Reminders = 'unsupported' | 'off' | 'denied' | 'on' | 'on-while-open'

/** Whose reminders this browser shows, and when its subscription was last renewed. */
interface Chosen {
  userId: string
  renewed: number
  pushed: boolean
}

const place = 'todo-reminders'
const day = 86_400_000

/** A service worker needs https, or localhost. */
export function canRemind(): boolean {
  return 'serviceWorker' in navigator && 'Notification' in window
}

export function remindersOf(userId: string): Reminders {
  if (!canRemind()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const chosen = chosenHere()
  if (Notification.permission !== 'granted' || chosen?.userId !== userId) return 'off'
  return chosen.pushed ? 'on' : 'on-while-open'
}

/** Asks for permission, so only to be called where somebody has just asked for reminders. Throws Refused. */
export async function turnOn(userId: string): Promise<Reminders> {
  if ((await Notification.requestPermission()) === 'granted') await renew(userId)
  return remindersOf(userId)
}

/** Throws Refused. */
export async function turnOff(userId: string): Promise<Reminders> {
  await unsubscribe(userId)
  localStorage.removeItem(place)
  return remindersOf(userId)
}

/** Ends them, whosever they are. Throws Refused. */
export async function forgetReminders(): Promise<void> {
  const chosen = chosenHere()
  if (chosen) await turnOff(chosen.userId)
}

/** Once a day, because keys change and push services forget. Throws Refused. */
export async function renewDaily(userId: string): Promise<void> {
  const chosen = chosenHere()
  if (chosen?.userId === userId && Notification.permission === 'granted' && Date.now() - chosen.renewed > day)
    await renew(userId)
}

async function renew(userId: string): Promise<void> {
  const { public_key } = await pushState(userId)
  const pushed = public_key !== null && (await subscribe(userId, public_key))
  localStorage.setItem(place, JSON.stringify({ userId, renewed: Date.now(), pushed } satisfies Chosen))
}

function chosenHere(): Chosen | undefined {
  const text = localStorage.getItem(place)
  return text ? (JSON.parse(text) as Chosen) : undefined
}
