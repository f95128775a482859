/**
 * Spaces, controls, format characters but for those that are drawn, marks without a letter, fillers, and the Braille cell
 * without a dot: as apps/backend/core/words.py has it. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const unseen =
  /^(?:(?![\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}])[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u{2800}])*$/u

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
