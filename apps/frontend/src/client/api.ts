import { accessToken, forgetAccessToken } from './access-token'
import { refusalOf, send } from './refused'

interface Options {
  /** Sent as JSON. */
  body?: object | undefined
  /** The version of a task that this is about; the server refuses with 412 when there is a newer one. */
  version?: number | undefined
  signal?: AbortSignal | undefined
}

/** Calls the API as the signed-in user. Throws Refused unless the answer is a success. */
export async function callApi(method: string, path: string, options: Options = {}): Promise<Response> {
  let response = await attempt(method, path, options)
  if (response.status === 401) {
    forgetAccessToken()
    response = await attempt(method, path, options)
  }
  if (!response.ok) throw await refusalOf(response)
  return response
}

/** Where the API keeps what belongs to a user. */
export function pathOf(userId: string, ...parts: (string | number)[]): string {
  return ['/api', userId, ...parts].map(encoded).join('/')
}

function encoded(part: string | number, index: number): string {
  return index === 0 ? String(part) : encodeURIComponent(part)
}

/** Together less than the 64 KiB that browsers let outlive a page; what is more they refuse. */
const mostToOutlive = 8
let outliving = 0

async function attempt(method: string, path: string, options: Options): Promise<Response> {
  const { body, version, signal } = options
  const headers = new Headers({ authorization: `Bearer ${await accessToken()}` })
  if (body) headers.set('content-type', 'application/json')
  if (version !== undefined) headers.set('if-match', `"${version}"`)
  const init = { method, headers, body: body ? JSON.stringify(body) : null, signal: signal ?? null }
  // A change is sent to its end also when its page is left; an answer that can be stopped has nobody to read it then.
  if (method === 'GET' || signal || outliving === mostToOutlive) return send(path, init)
  outliving += 1
  try {
    return await send(path, { ...init, keepalive: true })
  } finally {
    outliving -= 1
  }
}
