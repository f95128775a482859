/** Carries the nonce from the proxy to the layout; never sent to the browser. */
export const nonceHeader = 'x-nonce'

/** Everything from here and nothing inline but what carries `nonce`. In dev React needs eval and the reloader a socket. */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    // Mantine puts its variables into style attributes, which take no nonce.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
