import { accessToken, forgetAccessToken } from './access-token'
import { refusalOf, send } from './refused'

/** Calls the API as the signed-in user; `body` is sent as JSON. Throws Refused unless the answer is a success. */
export async function callApi(method: string, path: string, body?: object): Promise<Response> {
  let response = await attempt(method, path, body)
  if (response.status === 401) {
    forgetAccessToken()
    response = await attempt(method, path, body)
  }
  if (!response.ok) throw await refusalOf(response)
  return response
}

async function attempt(method: string, path: string, body?: object): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${await accessToken()}` })
  if (!body) return send(path, { method, headers })
  headers.set('content-type', 'application/json')
  return send(path, { method, headers, body: JSON.stringify(body) })
}
