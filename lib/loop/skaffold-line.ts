import { stripVTControlCharacters } from 'node:util'

// What Skaffold 2.24 prints where it has no event, or no field in one; https://github.com/GoogleContainerTools/skaffold

/**
 * What it says that the screen says better, and the progress of builds, whose failures it repeats at their end:
 * pkg/skaffold/{runner,build,deploy,hooks}, and BuildKit's plain progress.
 */
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
  const words = quoted ? unquoted(quoted).split('\n')[0] : text
  if (!words || NOISE.some((pattern) => pattern.test(words))) return undefined
  return quoted ? `skaffold: ${words}` : words
}

/** Go quotes as JSON does, but for bytes and control characters that no message has. */
function unquoted(text: string): string {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text
  } catch {
    return text
  }
}

/** The words of errno, and of a shell that lacks tar. */
const REFUSED = /cannot|denied|read-only|no space|not found/i

/**
 * @param error of a file sync that failed, with the command that Skaffold ran: pkg/skaffold/util/cmd.go, `running […]`
 * @returns what that command was refused; undefined where it was none, or said nothing
 */
export function refusalOfCopy(error: string): string | undefined {
  const [, stderr] = /stderr: "(.*)"/.exec(error) ?? []
  // tar tells what it leaves out before, and that it ends after what fails.
  return stderr?.split('\\n').find((line) => REFUSED.test(line)) ?? stderr
}
