import type { NamedProgram } from '../../k8s/services.ts'
import type { LoopEvent } from './event.ts'

/** Milliseconds that a busy machine may take to compile a page. */
const PATIENCE = 120_000

/**
 * Asks for the page as soon as what serves it is ready, and each time that it is anew: what compiles a page when it is
 * asked for has done so by the time a person asks.
 *
 * @param url of the page on this machine
 * @returns what has to hear of every event of the loop
 */
export function compileFirstPage(
  { name }: Pick<NamedProgram, 'name'>,
  url: string,
): (event: LoopEvent) => void {
  const ready = new Set<string>()
  return (event) => {
    if (event.kind === 'pod gone') ready.delete(event.pod)
    if (event.kind !== 'pod' || event.service !== name || !event.ready || ready.has(event.pod)) return
    ready.add(event.pod)
    // Whether it could is for who looks at it.
    fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
      .then((answer) => answer.text())
      .catch(() => undefined)
  }
}
