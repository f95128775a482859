import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/** The server answered, but not with the file. */
export class HttpRefusal extends Error {
  constructor(status: number) {
    super(`the server answers ${status}`)
  }
}

/**
 * Reads a small text over HTTP.
 *
 * @throws HttpRefusal, or fetch's own error when no answer comes
 */
export async function readText(url: string, signal: AbortSignal): Promise<string> {
  return (await get(url, signal)).text()
}

/**
 * Streams a URL into a new file, with its progress on stderr when that is a terminal.
 *
 * @param label what the progress line says is being fetched
 * @returns the SHA-256 of what was written, in hex
 * @throws HttpRefusal, fetch's own error when the transfer breaks, or the file system's when it cannot be written
 */
export async function download(
  url: string,
  file: string,
  label: string,
  signal: AbortSignal,
): Promise<string> {
  const response = await get(url, signal)
  const hash = createHash('sha256')
  const progress = progressLine(label, Number(response.headers.get('content-length')))
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      progress.advance(chunk.length)
      done(null, chunk)
    },
  })
  try {
    // A name that survives a power cut must not survive it with half its bytes: hence `flush`.
    const target = createWriteStream(file, { flags: 'wx', flush: true })
    await pipeline(Readable.fromWeb(response.body as ReadableStream), meter, target, { signal })
  } finally {
    progress.end()
  }
  return hash.digest('hex')
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw new HttpRefusal(response.status)
  }
  return response
}

function progressLine(label: string, totalBytes: number) {
  const { stderr } = process
  if (!stderr.isTTY) {
    stderr.write(`Fetching ${label}\n`)
    return { advance: () => undefined, end: () => undefined }
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1e6)
  let received = 0
  let shown = -1
  return {
    advance(bytes: number) {
      received += bytes
      if (megabytes(received) === shown) return
      shown = megabytes(received)
      stderr.write(`\rFetching ${label}  ${shown}${totalBytes > 0 ? ` of ${megabytes(totalBytes)}` : ''} MB`)
    },
    end: () => stderr.write('\n'),
  }
}
