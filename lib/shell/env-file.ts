import type { Problem } from './refusal.ts'

/** What a file of settings says. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>
  /** What can be read in two ways, and is read in none; no value is quoted. */
  readonly problems: readonly Problem[]
}

/**
 * Reads lines like `NAME=value`, `export NAME='value' # comment`. Without quotes, a value reaches to the end of the line or
 * to a blank before a `#`, as in Compose (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/);
 * Node's own reader ends it at any `#`, and leaves out without a word what it does not understand.
 */
export function readEnvFile(text: string): EnvFile {
  const variables: Record<string, string> = {}
  const problems: Problem[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, rest = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=(.*)$/.exec(line) ?? []
    if (name === undefined) {
      problems.push({
        message: `Line ${index + 1} of .env.local is not like NAME=value.`,
        cure: 'correct it, or put a # before it',
      })
      continue
    }
    const value = readValue(rest)
    if (typeof value === 'string') variables[name] = value
    else problems.push({ message: `${name} in .env.local ${value.why}.`, cure: value.cure(name) })
  }
  return { variables, problems }
}

interface Ambiguous {
  readonly why: string
  readonly cure: (name: string) => string
}

function readValue(rest: string): string | Ambiguous {
  const text = rest.trim()
  const [, quote, between, after] = /^(['"`])(.*?)\1(.*)$/.exec(text) ?? []
  if (quote === '"' && between?.includes('\\'))
    return {
      why: 'has a backslash between double quotes, which not everybody reads alike',
      cure: (name) => `take single quotes, which keep it as it is: ${name}='…'`,
    }
  if (between !== undefined && /^(\s+#.*)?$/.test(after ?? '')) return between
  if (/^['"`]/.test(text))
    return {
      why: 'begins with a quote that does not end where the value does',
      cure: (name) =>
        `put the whole value between quotes of a kind that is not in it: ${name}='…', ${name}="…" or ${name}=\`…\``,
    }
  if (rest.startsWith('#'))
    return {
      why: 'begins with a #, which may be its first character or a comment',
      cure: (name) => `write ${name}='#…', or a blank before the comment`,
    }
  return rest.split(/\s#/, 1)[0]?.trim() ?? ''
}
