import { Refused } from '@/client/refused'

/** A live region: what is put into it is read out. */
export function Problem({ text }: { text: string | undefined }) {
  return (
    <p role="alert" className="problem" hidden={!text}>
      {text}
    </p>
  )
}

/** The sentence of a refusal; anything else is a defect of ours and is thrown on. */
export function problemOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  throw error
}
