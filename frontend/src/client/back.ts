/** Where signing in leads to: the place on this site that `value` names, else the tasks. */
export function backTo(value: string | undefined): string {
  // Two slashes, or one and a backslash, lead to another site.
  return value && /^\/(?![/\\])/.test(value) ? value : '/'
}

/** The sign-in page, for somebody whose session ended here and who wants to come back. */
export function signInPath(): string {
  const here = window.location.pathname + window.location.search
  return here === '/' ? '/sign-in' : `/sign-in?back=${encodeURIComponent(here)}`
}
