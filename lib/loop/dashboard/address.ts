import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../shell/free-port.ts'
import { isFree } from '../../shell/loopback.ts'

/** Where a browser finds a dashboard. */
export interface Address {
  readonly port: number
  readonly token: string
  /** Holds the token where no server sees it: behind `#`. */
  readonly url: string
}

/**
 * @param state the folder of the stack
 * @returns the port that this stack's dashboard had before where it is free, else another, with a token for one session
 */
export async function dashboardAddress(state: string): Promise<Address> {
  const file = join(state, 'dashboard-port')
  const before = portIn(file)
  const port = before !== undefined && (await isFree(before)) ? before : await freePort()
  if (port !== before) {
    mkdirSync(state, { recursive: true, mode: 0o700 })
    writeFileSync(file, String(port), { mode: 0o600 })
  }
  const token = randomBytes(24).toString('base64url')
  return { port, token, url: `http://localhost:${port}/#token=${token}` }
}

function portIn(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
  } catch {
    return undefined
  }
}
