/** An origin that is nobody's, against which a path is read as a browser reads it. */
const here = 'http://here.invalid'

/**
 * Where signing in leads to: the place on this site that `value` names, else the tasks.
 *
 * @returns a path with query and fragment, in which nothing is left for a browser to read in another way than we did
 */
export function backTo(value: string | undefined): string {
  if (!value?.startsWith('/')) return '/'
  const path = pathHere(value)
  // Dots that lead nowhere go away in reading: `/.//other.example` is `//other.example` then, and that is another site.
  return path !== undefined && pathHere(path) === path ? path : '/'
}

function pathHere(value: string): string | undefined {
  if (!URL.canParse(value, here)) return undefined
  const { origin, pathname, search, hash } = new URL(value, here)
  return origin === here ? pathname + search + hash : undefined
}

/** The sign-in page, for somebody whose session ended here and who wants to come back. */
export function signInPath(): string {
  const place = window.location.pathname + window.location.search
  return place === '/' ? '/sign-in' : `/sign-in?back=${encodeURIComponent(place)}`
}
