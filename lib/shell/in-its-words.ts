/** More would push the cure, which stands below, off the screen. */
const [FIRST, LAST] = [4, 12]
const WIDEST = 400
/** What Kubernetes' programs log of their own insides, before the error that a person can use. */
const KLOG = /^[IWEF]\d{4} \d\d:\d\d:\d\d/

/**
 * What a program said on standard error, for the sentence of a refusal: each of its lines, indented from the second on;
 * some in the middle are left out where there are many. With DEBUG set, everything.
 */
export function inItsWords(output: string): string {
  const all = output.split('\n').flatMap((line) => line.trimEnd() || [])
  if (all.length === 0) return 'it said nothing'
  return (process.env.DEBUG ? all : bounded(all)).join('\n  ').trimStart()
}

function bounded(all: readonly string[]): readonly string[] {
  const meant = all.filter((line) => !KLOG.test(line))
  const lines = (meant.length > 0 ? meant : all).map((line) =>
    line.length > WIDEST ? `${line.slice(0, WIDEST)} …` : line,
  )
  const left = lines.length - FIRST - LAST
  if (left <= 1) return lines
  return [...lines.slice(0, FIRST), `… ${left} lines more with DEBUG=1 …`, ...lines.slice(-LAST)]
}
