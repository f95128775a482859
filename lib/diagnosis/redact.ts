/** Shorter ones are words like `admin`: taken out, they would take sentences with them. */
const SHORTEST = 6
const MASK = '•••'

/**
 * Takes secrets out of text: the values given, also encoded; every password in a URL; and what looks like a token or
 * is called a password.
 *
 * @param values the secrets; a URL among them hides its password too
 */
export function redactor(values: readonly string[]): (text: string) => string {
  const forms = values
    .flatMap((value) => [value.trim(), ...passwordOf(value)])
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
  // The longest first: one value may be part of another.
  const known = [...new Set(forms)].sort((one, other) => other.length - one.length)
  return (text) =>
    known
      .reduce((rest, form) => rest.replaceAll(form, MASK), text)
      // A line may be one word as long as a book: no rule looks at a part of it more than once or twice.
      .replace(/(\w:\/\/[^\s:/@]*):[^\s@/]+@/g, `$1:${MASK}@`)
      .replace(/\beyJ[\w-]{8,}(\.[\w-]+\.[\w-]*)?/g, (word, rest) => (rest ? MASK : word))
      .replace(/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${MASK}`)
      .replace(/\bsk-[\w-]{8,}/g, MASK)
      .replace(/((?:password|secret|token|api_?key)"?(?:=|":\s*"))[^\s"',;&]+/gi, `$1${MASK}`)
}

function passwordOf(value: string): string[] {
  const password = URL.canParse(value) ? new URL(value).password : ''
  if (!password) return []
  return /%(?![\da-f]{2})/i.test(password) ? [password] : [password, decodeURIComponent(password)]
}
