import type { ServiceName } from './names.ts'
import type { Settings } from './settings.ts'

export type ConfigKey =
  | 'BACKEND_URL'
  | 'JWKS_URL'
  | 'JWT_AUDIENCE'
  | 'JWT_ISSUER'
  | 'LOG_LEVEL'
  | 'MCP_ALLOWED_HOSTS'
  | 'MCP_URL'
  | 'MODEL_PATIENCE'
  | 'OPENAI_BASE_URL'
  | 'OPENAI_MODEL'
  | 'PUBLIC_ORIGINS'
  | 'PUSH_CONTACT'
  | 'REMINDERS'
  | 'SERVER_TIMING'
  | 'TOKENS_A_DAY'
  | 'TRUSTED_PROXIES'

/** What differs between targets and profiles: where a service answers, and what a developer is told besides. */
export interface Circumstances {
  /** @returns `host:port` */
  readonly of: (service: ServiceName) => string
  /** Under which a browser sees the frontend. */
  readonly publicOrigins: readonly string[]
  /** By whose word the frontend knows a browser's address. */
  readonly trustedProxies: string
  readonly inLoop: boolean
}

/**
 * Every plain setting of the stack's programs; no secret among them.
 *
 * @returns the value of each environment variable, for the ConfigMap and for host processes alike
 */
export function configuration(settings: Settings, circumstances: Circumstances): Record<ConfigKey, string> {
  const { assistant } = settings
  return {
    BACKEND_URL: `http://${circumstances.of('backend')}`,
    JWKS_URL: `http://${circumstances.of('frontend')}/api/auth/jwks`,
    JWT_AUDIENCE: 'todo',
    JWT_ISSUER: 'todo',
    LOG_LEVEL: settings.logLevel,
    // The SDK answers 421 to any other Host header; a bare `*` is not understood, a port's `:*` is.
    MCP_ALLOWED_HOSTS: [circumstances.of('mcp'), 'localhost:*', '127.0.0.1:*'].join(','),
    MCP_URL: `http://${circumstances.of('mcp')}/mcp`,
    MODEL_PATIENCE: String(settings.modelPatience),
    OPENAI_BASE_URL:
      assistant.kind === 'external' ? assistant.baseUrl : `http://${circumstances.of('assistant-stub')}/v1`,
    OPENAI_MODEL: assistant.kind === 'external' ? assistant.model : 'stand-in',
    PUBLIC_ORIGINS: circumstances.publicOrigins.join(','),
    PUSH_CONTACT: pushContact(circumstances),
    REMINDERS: settings.reminders ? 'on' : 'off',
    SERVER_TIMING: circumstances.inLoop ? 'on' : 'off',
    // The stand-in's cost nothing.
    TOKENS_A_DAY: assistant.kind === 'external' ? String(settings.tokensADay) : '0',
    TRUSTED_PROXIES: circumstances.trustedProxies,
  }
}

/** To whom a push service would write about us, https://www.rfc-editor.org/rfc/rfc8292#section-2.1 */
function pushContact({ publicOrigins }: Circumstances): string {
  const { protocol, hostname } = new URL(publicOrigins[0] ?? 'http://localhost')
  return `webmaster@${protocol === 'https:' ? hostname : 'example.com'}`
}
