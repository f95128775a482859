/** https://nodejs.org/api/errors.html#common-system-errors, and what a name server answers of a Service that is just being made. */
const ofTheNetwork = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** https://www.postgresql.org/docs/17/errcodes-appendix.html */
const ofPostgres = new Set([
  '08000', // connection_exception
  '08001', // sqlclient_unable_to_establish_sqlconnection
  '08003', // connection_does_not_exist
  '08006', // connection_failure
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
])

/** pg has no codes for what it finds itself. */
const ofDriver = /^(Connection terminated|timeout (expired|exceeded)|Client (has encountered|was closed))/

/**
 * Whether what a database answered, or did not, may be otherwise in a moment: it is still starting, it is just ending, or
 * somebody holds a lock. A password, a database or a certificate that is wrong stays so.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(mayPass)
  if (!(error instanceof Error)) return false
  if (!('code' in error) || typeof error.code !== 'string') return ofDriver.test(error.message)
  return ofTheNetwork.has(error.code) || ofPostgres.has(error.code)
}
