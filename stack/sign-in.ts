import type { SignIn } from '../k8s/model/sign-in.ts'

/** Signs somebody in as the page does, or up where nobody of that name is there. */
export const signIn: SignIn = async (origin, { name, password }, address = origin) => {
  const email = `${name}@see.local`
  const enter = (door: 'sign-in' | 'sign-up', more: object = {}) =>
    fetch(`${address}/api/auth/${door}/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email, password, ...more }),
    })
  const known = await enter('sign-in')
  const answer = known.ok ? known : await enter('sign-up', { name })
  if (!answer.ok) throw new Error(`sign-up was answered ${answer.status}: ${await answer.text()}`)
  return answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';')
    const [key = '', ...value] = pair.split('=')
    return { name: key, value: value.join('=') }
  })
}
