import { Copy } from './copy.tsx'

/** What helps, with a button that copies it. */
export function Cure({ text }: { text: string }) {
  return (
    <p class="cure">
      <span>
        <b>Cure</b> {text}
      </span>{' '}
      <Copy text={text} label="Copy the cure" />
    </p>
  )
}
