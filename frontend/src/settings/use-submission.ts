import { type FormEvent, useState } from 'react'

/** What a form is about: whether it is under way, and what was refused. */
export function useSubmission(
  send: (text: (name: string) => string, form: HTMLFormElement) => Promise<void>,
) {
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const values = new FormData(form)
    setBusy(true)
    setError(undefined)
    try {
      await send((name) => String(values.get(name) ?? ''), form)
    } catch (error) {
      setError(error)
    }
    setBusy(false)
  }

  return { error, busy, submit }
}
