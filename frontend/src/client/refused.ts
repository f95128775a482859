/** A request that was refused or got no answer; `message` is a sentence for the person in front of the page. */
export class Refused extends Error {}

const noAnswer = 'The server did not answer. Check the connection and try again.'

/** Like fetch, but throws Refused when no answer comes. */
export async function send(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch {
    throw new Refused(noAnswer)
  }
}

/** The refusal that a response with an error status stands for. */
export async function refusalOf(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null)
  return new Refused(
    sentenceIn(body) ?? `The server answered with status ${response.status}. Try again in a moment.`,
  )
}

// Better Auth says `message`, FastAPI `detail`: a sentence, or a list with one `msg` a field.
function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { message, detail } = body as { message?: unknown; detail?: unknown }
  if (typeof message === 'string') return message
  if (typeof detail === 'string') return detail
  if (Array.isArray(detail)) return detail.map((problem: { msg?: string }) => problem.msg).join('. ')
}
