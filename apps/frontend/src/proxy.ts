import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy, nonceHeader } from '@/server/content-security-policy'

/** Gives each page a policy of its own; Next reads the nonce from the request's and puts it on its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  headers.set(nonceHeader, nonce)
  headers.set('content-security-policy', policy)
  const answer = NextResponse.next({ request: { headers } })
  answer.headers.set('content-security-policy', policy)
  return answer
}

// Answers of the API and files are no documents.
export const config = { matcher: '/((?!api/|_next/).*)' }
