import { headers } from 'next/headers'
import { cache } from 'react'
import { auth } from './auth'

/** The user who asks for this page, or undefined without a session; the database is asked once a page. */
export const signedInUser = cache(async () => {
  // Asked for first: it tells `next build` that the page cannot be prerendered.
  const asked = await headers()
  return (await auth().api.getSession({ headers: asked }))?.user
})
