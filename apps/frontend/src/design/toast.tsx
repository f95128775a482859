import { Button } from '@mantine/core'
import type { NotificationData } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { later } from '@/client/later'
import { Refused } from '@/client/refused'
import { waitFor } from '@/client/wait'
import { Details } from './details'
import { host } from './hosted'
import { Problem } from './problem'
import style from './toast.module.css'

export interface Action {
  label: string
  run: () => void
}

const briefly = 6_000
const longEnoughToAct = 10_000

/**
 * Says what was done, with one thing to do about it if `action` is given.
 *
 * @returns how to take it away
 */
export function tell(message: string, action?: Action): Promise<() => void> {
  return show(action, (button) => ({
    message: (
      <span className={style.row}>
        <span className={style.words}>{message}</span>
        {button}
      </span>
    ),
    role: 'status',
    autoClose: action ? longEnoughToAct : briefly,
  }))
}

/** Says what did not happen and why; a fault that is no refusal is a defect of ours and is thrown on. */
export async function tellRefusal(title: string, error: unknown, action?: Action): Promise<void> {
  if (!(error instanceof Refused)) throw error
  await show(action, (button) => ({
    title,
    message: (
      <span className={style.stack}>
        <span>
          {error.message} {waitFor(error)}
        </span>
        {button}
        <Details error={error} />
      </span>
    ),
    color: 'red',
    role: 'alert',
    // What can still be done about it may be all that is left of what was typed.
    autoClose: action ? false : longEnoughToAct * 2,
  }))
}

// No page needs them to start.
const loadToasts = later(() => import('./toasts'))

/** Shows a toast, whose button does what `action` says and takes it away. */
async function show(
  action: Action | undefined,
  toast: (button: ReactNode) => NotificationData,
): Promise<() => void> {
  const toasts = await loadToasts().catch(standIn)
  if (!toasts) return () => {}
  const { Toasts, notifications, notificationsStore, most } = toasts
  host(<Toasts />)
  notifications.updateState(notificationsStore, (shown) =>
    shown.length < most ? shown : shown.filter((toast) => toast !== leastNeeded(shown)),
  )
  const button = action && (
    <Button
      size="compact-sm"
      variant="light"
      onClick={() => {
        notifications.hide(id)
        action.run()
      }}
    >
      {action.label}
    </Button>
  )
  const id = notifications.show({
    ...toast(button),
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
  return () => notifications.hide(id)
}

/** The oldest, but rather one that says what was done than what was not. */
function leastNeeded(toasts: readonly NotificationData[]): NotificationData | undefined {
  return toasts.find(({ role }) => role === 'status') ?? toasts[0]
}

/** Says in their place that there are no toasts. */
function standIn(error: unknown): void {
  if (!(error instanceof Refused)) throw error
  setTimeout(host(<Problem error={error} />), longEnoughToAct)
}
