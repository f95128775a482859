import type { StepTime, Travel } from '../../k8s/model/journey.ts'

/** Of the stack's journey.ts, and of walk.ts, whose sources stand before this one in what Node is given. */
declare const travel: Travel
declare const walk: typeof import('./walk.ts').walk

// Names of its own: those of the journey are others.
{
  const { readFileSync } = await import('node:fs')
  const say = (line: StepTime | { arrived: true } | { failed: string }) => console.log(JSON.stringify(line))
  const { urls, secretsFolder, keys } = JSON.parse(process.argv[1] ?? '') as {
    urls: Record<string, string>
    secretsFolder: string
    keys: string[]
  }
  try {
    const secrets = keys.map((key) => [key, readFileSync(`${secretsFolder}/${key}`, 'utf8')] as const)
    await walk(travel, { urls, secrets: Object.fromEntries(secrets) }, say)
    say({ arrived: true })
  } catch (error) {
    say({ failed: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
  }
}
