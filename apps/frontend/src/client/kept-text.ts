import { useEffect, useState } from 'react'

/** A text being typed. Neither a reload nor the end of a session takes it away; signing out does, see leave.ts. */
export function useKeptText(name: string): [string, (text: string) => void] {
  const place = `todo-${name}`
  const [text, setText] = useState('')

  // After the first picture, which the server draws and which it knows nothing of.
  useEffect(() => {
    setText((current) => current || (sessionStorage.getItem(place) ?? ''))
  }, [place])

  function change(text: string): void {
    setText(text)
    if (text) sessionStorage.setItem(place, text)
    else sessionStorage.removeItem(place)
  }

  return [text, change]
}
