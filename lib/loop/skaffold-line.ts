import { stripVTControlCharacters } from 'node:util'

/** What Skaffold says that the screen says better, and the progress of builds, whose failures it repeats at their end. */
const NOISE = [
  // The log of its Kubernetes client.
  /^[IWE]\d{4} \d\d:\d\d:/,
  /^#\d+ (?!ERROR)/,
  /^(Generating tags|Checking cache|Tags used in deployment|Starting build|Starting deploy|Listing files to watch)/,
  /^(Found \[.*\] context|Target platforms|Building \[|Build \[.*\] succeeded|Press Ctrl\+C to exit|Syncing \d+ files)/,
  /^(Waiting for deployments to stabilize|Deployments stabilized|Starting p\w+-\w+ hooks|Completed p\w+-\w+ hooks)/,
  /^(Starting pre-render|Completed pre-render|Port forwarding)/,
  /^ +- [\w.:/-]+( -> \S+|: Not found\. Building|: Found Locally)?$/,
  /^ +- \w+:(deployment|statefulset|pod)\//,
  /^ +- \S+ (created|configured|unchanged)$/,
  /^ +- \S+ "\S+" deleted( |$)/,
  /^(Skipping (deploy|test and deploy) due to|Sync failed after retries|Watching for changes)/,
]

/** @returns what a line of Skaffold's output or of its hooks says to a person, or undefined for noise */
export function readSkaffoldLine(raw: string): string | undefined {
  const text = stripVTControlCharacters(raw).trimEnd()
  const [, quoted] = /^time="[^"]*" level=\w+ msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(text) ?? []
  const said = quoted ? unquoted(quoted).split('\n')[0] : text
  if (!said || NOISE.some((pattern) => pattern.test(said))) return undefined
  return quoted ? `skaffold: ${said}` : said
}

/** Go quotes as JSON does, but for bytes and control characters that no message has. */
function unquoted(text: string): string {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text
  } catch {
    return text
  }
}
