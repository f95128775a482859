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

/** Throws Refused. */
export function changeName(name: string): Promise<void> {
  return post('update-user', { name })
}

/** Ends all other sessions. Throws Refused. */
export function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  return post('change-password', { currentPassword, newPassword })
}

/** Deletes the account and all that belongs to it. Throws Refused. */
export async function deleteAccount(password: string): Promise<void> {
  await post('delete-user', { password })
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
