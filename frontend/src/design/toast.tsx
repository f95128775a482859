import { Button } from '@mantine/core'
import { Refused } from '@/client/refused'
import { Details } from './details'
import style from './toast.module.css'
import { wantToasts } from './toast-host'

interface Action {
  label: string
  run: () => void
}

/** Loads what shows toasts, which no page needs to start. */
async function toasts() {
  wantToasts()
  return (await import('@mantine/notifications')).notifications
}

const briefly = 6_000
const longEnoughToAct = 10_000

/** Says what was done, with one thing to do about it if `action` is given. */
export async function tell(message: string, action?: Action): Promise<void> {
  const notifications = await toasts()
  const id = notifications.show({
    message: (
      <span className={style.row}>
        <span>{message}</span>
        {action && (
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
        )}
      </span>
    ),
    role: 'status',
    autoClose: action ? longEnoughToAct : briefly,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

/** Says what did not happen and why; a fault that is no refusal is a defect of ours and is thrown on. */
export async function tellRefusal(title: string, error: unknown, action?: Action): Promise<void> {
  if (!(error instanceof Refused)) throw error
  const notifications = await toasts()
  const id = notifications.show({
    title,
    message: (
      <span className={style.stack}>
        <span>{error.message}</span>
        {action && (
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
        )}
        <Details error={error} />
      </span>
    ),
    color: 'red',
    role: 'alert',
    autoClose: longEnoughToAct * 2,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}
