import type { BetterAuthOptions } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { jwt } from 'better-auth/plugins'
import type { Kysely } from 'kysely'
import { accountRules } from './account-rules.ts'
import { clientAddressHeader } from './client-address.ts'
import { cookiePrefix } from './cookie-prefix.ts'
import { type AuthDatabase, authSchema } from './database.ts'
import { log } from './log.ts'
import type { Settings } from './settings.ts'
import { signInWindow } from './sign-in-window.ts'
import { wrongPasswords } from './wrong-passwords.ts'

/** Better Auth's configuration: what the server runs with and what the migration makes tables for. */
export function authOptions(settings: Settings, database: Kysely<AuthDatabase>) {
  const origins = trustedOrigins(settings)
  const guesses = wrongPasswords(database)
  return {
    appName: 'todo',
    secret: settings.authSecret,
    baseURL: {
      allowedHosts: origins.map((origin) => new URL(origin).host),
      protocol: settings.publicOrigins.every(isHttps) ? 'https' : 'http',
      fallback: settings.publicOrigins[0],
    },
    trustedOrigins: origins,
    // Schema-qualified names rather than search_path, which transaction poolers lose or refuse.
    database: { db: database, type: 'postgres', schemaName: authSchema, transaction: true },
    emailAndPassword: { enabled: true, autoSignIn: true },
    rateLimit: {
      enabled: true,
      storage: 'database',
      customStorage: signInWindow(database),
      customRules: {
        '/sign-in/**': { window: 10, max: 20 },
        '/sign-up/**': { window: 10, max: 20 },
        // They check a password too.
        '/change-password': { window: 10, max: 20 },
        '/delete-user': { window: 10, max: 20 },
        '/verify-password': { window: 10, max: 20 },
        '/**': false,
      },
    },
    hooks: {
      before: createAuthMiddleware(async (endpoint) => {
        const changed = accountRules(endpoint)
        await guesses.before(endpoint)
        return changed
      }),
      after: createAuthMiddleware(guesses.after),
    },
    advanced: {
      cookiePrefix: cookiePrefix(settings),
      useSecureCookies: settings.publicOrigins.every(isHttps),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    telemetry: { enabled: false },
    // The arguments may hold e-mail addresses.
    logger: { level: 'warn', log: (level, message) => log(level === 'warn' ? 'warning' : level, message) },
    // What is no refusal is ours to log and to answer: see auth-answer.ts.
    onAPIError: { throw: true },
    plugins: [
      jwt({
        jwt: {
          issuer: settings.jwtIssuer,
          audience: settings.jwtAudience,
          definePayload: ({ user }) => ({ id: user.id, email: user.email, name: user.name }),
        },
        // Signing one for each session check would cost more than the check.
        disableSettingJwtHeader: true,
      }),
    ],
  } satisfies BetterAuthOptions
}

function isHttps(origin: string): boolean {
  return origin.startsWith('https:')
}

/** The public origins, their 127.0.0.1 forms, and the Service name by which other pods come. */
export function trustedOrigins({ publicOrigins, port }: Settings): string[] {
  const loopback = publicOrigins.map((origin) => origin.replace('//localhost', '//127.0.0.1'))
  return [...new Set([...publicOrigins, ...loopback, `http://frontend:${port}`])]
}
