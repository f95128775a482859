import { type FormEvent, useState, useTransition } from 'react'

/** What a form is about: whether it is under way, which is until the page that follows is there; and what was refused. */
export function useSubmission(
  send: (text: (name: string) => string, form: HTMLFormElement) => Promise<void>,
) {
  const [error, setError] = useState<unknown>()
  const [busy, start] = useTransition()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const values = new FormData(form)
    setError(undefined)
    start(async () => {
      try {
        await send((name) => String(values.get(name) ?? ''), form)
      } catch (error) {
        setError(error)
      }
    })
  }

  return { error, busy, submit }
}
