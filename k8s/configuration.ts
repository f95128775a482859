import type { ServiceName } from './services.ts'
import type { Settings } from './settings.ts'

export type ConfigKey =
  | 'BACKEND_URL'
  | 'JWKS_URL'
  | 'JWT_AUDIENCE'
  | 'JWT_ISSUER'
  | 'LOG_LEVEL'
  | 'MCP_ALLOWED_HOSTS'
  | 'MCP_URL'
  | 'OPENAI_BASE_URL'
  | 'OPENAI_MODEL'
  | 'PUBLIC_ORIGINS'

/** What differs between targets: where a service answers, and under which origins a browser sees the frontend. */
export interface Addresses {
  /** @returns `host:port` */
  readonly of: (service: ServiceName) => string
  readonly publicOrigins: readonly string[]
}

/**
 * Every plain setting of the stack's programs; no secret among them.
 *
 * @returns the value of each environment variable, for the ConfigMap and for host processes alike
 */
export function configuration(settings: Settings, addresses: Addresses): Record<ConfigKey, string> {
  const { assistant } = settings
  return {
    BACKEND_URL: `http://${addresses.of('backend')}`,
    JWKS_URL: `http://${addresses.of('frontend')}/api/auth/jwks`,
    JWT_AUDIENCE: 'todo',
    JWT_ISSUER: 'todo',
    LOG_LEVEL: settings.logLevel,
    // The SDK answers 421 to any other Host header; a bare `*` is not understood, a port's `:*` is.
    MCP_ALLOWED_HOSTS: [addresses.of('mcp'), 'localhost:*', '127.0.0.1:*'].join(','),
    MCP_URL: `http://${addresses.of('mcp')}/mcp`,
    OPENAI_BASE_URL:
      assistant.kind === 'external' ? assistant.baseUrl : `http://${addresses.of('assistant-stub')}/v1`,
    OPENAI_MODEL: assistant.kind === 'external' ? assistant.model : 'stand-in',
    PUBLIC_ORIGINS: addresses.publicOrigins.join(','),
  }
}
