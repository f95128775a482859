import type { RotatableKey } from '../../k8s/secret-keys.ts'
import { postgres } from '../../k8s/services.ts'
import { SMOKE_EMAIL } from '../smoke/journey.ts'

/**
 * The SQL that makes the database follow a rotated value.
 *
 * @param value the new value, from our own generator: it has no quote to escape
 */
export function rotationSql(key: RotatableKey, value: string): string {
  switch (key) {
    case 'POSTGRES_PASSWORD':
      return `ALTER ROLE ${postgres.user} PASSWORD '${value}';`
    case 'BETTER_AUTH_SECRET':
      // The signing keys are encrypted with the old value: new ones are made at the next token.
      return 'DELETE FROM auth.jwks;'
    case 'SMOKE_PASSWORD':
      // The next smoke test signs its user up again.
      return `DELETE FROM auth."user" WHERE email = '${SMOKE_EMAIL}';`
    case 'VAPID_PRIVATE_KEY':
      // A browser subscribes with the public half: it does so again when its user next opens the page.
      return 'DELETE FROM public.push_subscriptions;'
  }
}
