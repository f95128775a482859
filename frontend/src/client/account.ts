import { forgetAccessToken } from './access-token'
import { refusalOf, send } from './refused'

export interface NewAccount {
  name: string
  email: string
  password: string
}

/** Makes an account and signs it in. Throws Refused. */
export function signUp(account: NewAccount): Promise<void> {
  return post('sign-up/email', account)
}

/** Throws Refused, also when e-mail and password do not belong together. */
export function signIn(credentials: Omit<NewAccount, 'name'>): Promise<void> {
  return post('sign-in/email', credentials)
}

/** Throws Refused. */
export async function signOut(): Promise<void> {
  await post('sign-out', {})
  forgetAccessToken()
}

async function post(path: string, body: object): Promise<void> {
  const response = await send(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw await refusalOf(response)
}
