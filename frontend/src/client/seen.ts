/** Spaces, what stands for nothing or changes its neighbours, and the Braille sign without a dot. */
const unseen = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\u{fff9}-\u{fffb}\u{2800}]*$/u

/** Whether `text` shows anything; the API refuses a title that does not. */
export function isSeen(text: string): boolean {
  return !unseen.test(text)
}

type Field = HTMLInputElement | HTMLTextAreaElement

/** Has the browser say by a field why it does not take what is in there; nothing is said of one that is empty. */
export function refuseUnseen(field: Field | null, text: string): void {
  if (!field || !text) return
  field.setCustomValidity('Nothing of this can be seen. Write at least one letter, digit or sign.')
  field.reportValidity()
  field.addEventListener('input', () => field.setCustomValidity(''), { once: true })
}
