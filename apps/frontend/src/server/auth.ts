import { betterAuth } from 'better-auth'
import { authOptions } from './auth-options.ts'
import { database } from './database.ts'
import { oncePerProcess } from './once-per-process.ts'
import { settings } from './settings.ts'
import { deleteUserData } from './user-data.ts'

/** Better Auth, made on first use so that `next build` needs no settings and no database. */
export function auth() {
  return oncePerProcess('auth', () =>
    betterAuth({
      ...authOptions(settings(), database()),
      user: {
        deleteUser: {
          enabled: true,
          beforeDelete: ({ id }, request) => deleteUserData(id, () => tokenFor(request)),
        },
      },
    }),
  )
}

/** @param request of a user who is signed in */
async function tokenFor(request?: Request): Promise<string> {
  const { token } = await auth().api.getToken({ headers: request?.headers ?? new Headers() })
  return token
}
