import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

/** Where the choice is kept, so that the server can send the page in the right colours. */
export const colourSchemeCookie = 'colour-scheme'

const year = 31_536_000

export function colourSchemeIn(value: string | undefined): MantineColorScheme {
  return value === 'light' || value === 'dark' ? value : 'auto'
}

/** Keeps the choice in a cookie; other tabs follow at their next load. */
export const colourSchemeManager: MantineColorSchemeManager = {
  get(fallback) {
    if (typeof document === 'undefined') return fallback
    const entry = document.cookie.split('; ').find((pair) => pair.startsWith(`${colourSchemeCookie}=`))
    return entry ? colourSchemeIn(entry.split('=')[1]) : fallback
  },
  set(value) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
    document.cookie = `${colourSchemeCookie}=${value}; path=/; max-age=${year}; samesite=lax`
  },
  subscribe() {},
  unsubscribe() {},
  clear() {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
    document.cookie = `${colourSchemeCookie}=; path=/; max-age=0; samesite=lax`
  },
}

/** Runs before the first paint where the page follows the system: only the browser knows what that wants. */
export const followSystem = `document.documentElement.dataset.mantineColorScheme=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'`
