const QUOTED = /^["'“‘”’«](?<inner>.+)["'”’“‘»]$/

/** The text without the quotation marks around it, if there are any. */
export function unquoted(text: string): string {
  return QUOTED.exec(text)?.groups?.inner?.trim() ?? text
}

/** The user's words as a title: no quotes around them, a capital at the start. */
export function asTitle(words: string): string {
  const [first = '', ...rest] = unquoted(words)
  return first.toLocaleUpperCase('en') + rest.join('')
}
