import { notReadyBecause } from '@/server/readiness'

export const dynamic = 'force-dynamic'

/** 200 when requests can be served, else 503 with the cause. */
export async function GET(): Promise<Response> {
  const cause = await notReadyBecause()
  if (cause) return Response.json({ status: 'unready', detail: cause }, { status: 503 })
  return Response.json({ status: 'ready' })
}
