export const dynamic = 'force-dynamic'

/** The process serves; says nothing about the database. */
export function GET(): Response {
  return Response.json({ status: 'live' })
}
