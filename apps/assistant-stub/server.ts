import type { AddressInfo } from 'node:net'
import { createLog } from './api/log.ts'
import { createService } from './api/service.ts'
import { readSettings, type Settings } from './settings.ts'

const DRAIN_LIMIT_MS = 10_000

try {
  start(readSettings(process.env))
} catch (error) {
  fail(error)
}

function start({ host, port, logLevel }: Settings): void {
  const log = createLog(logLevel)
  const service = createService(log)
  service.on('error', fail)
  service.listen(port, host, () =>
    log('info', 'Listening', { host, port: (service.address() as AddressInfo).port }),
  )
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log('info', 'Stopping', { signal })
      service.close()
      service.keepAliveTimeout = 1 // so that the connection of a request under way ends with its answer
      setTimeout(() => service.closeAllConnections(), DRAIN_LIMIT_MS).unref()
    })
  }
}

function fail(error: unknown): void {
  process.stderr.write(`assistant-stub: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
