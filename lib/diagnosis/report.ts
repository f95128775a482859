import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { namesOf } from '../../k8s/names.ts'
import { type Api, openApi } from '../cluster/api.ts'
import type { List, SecretObject } from '../cluster/objects.ts'
import type { Application } from '../stack/application.ts'
import type { Check } from './check.ts'
import { redactor } from './redact.ts'
import { containerLogs, kubectlFiles, versions } from './report-sources.ts'

const README = `# What this folder holds

Made by npm run doctor -- --report, to attach to an issue. Secrets are taken out (shown as •••); have a look yourself
before you send it. What could not be had is not here, or holds the error.

| file | holds |
|---|---|
| findings.json | what the doctor found, and what is well |
| states.txt, describe.txt | nodes, and the objects of the namespace, as kubectl shows them |
| events.txt | the namespace's events |
| logs/ | the last lines of each container, .previous of the run before; on the host, of each process |
| rendered/, rendered.diff | the manifests as rendered, and how the cluster differs from them |
| hooks/ | what each hook did and how long it took, one JSON object a line |
| run.html | the last run of the loop: services, findings, saves, slow requests, warnings; a page without a script |
| traces.json, saves.timeline.json | the same run as OTLP in JSON, and its saves and deployments for https://ui.perfetto.dev |
| versions.txt | of the tools and of this checkout |
`

/**
 * Writes a folder that tells all there is to know about a failure, redacted.
 *
 * @param secrets that may stand somewhere in it, beside the cluster's own
 * @param context undefined on the host target
 * @param more files
 * @returns its path
 */
export async function writeReport(
  application: Application,
  checked: readonly Check[],
  secrets: readonly string[],
  context: string | undefined,
  more: readonly (readonly [name: string, text: string])[],
): Promise<string> {
  const { state, rendered } = application
  const folder = join(state, 'reports', new Date().toISOString().replaceAll(':', '-'))
  // A cluster that is away must not keep the rest from being written.
  const api = context === undefined ? undefined : await answering(openApi(context))
  try {
    const redact = redactor([...secrets, ...(api ? await secretsOf(api, application).catch(() => []) : [])])
    const write = (name: string, text: string) => {
      const file = join(folder, name)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, redact(text), { mode: 0o600 })
    }
    write('README.md', README)
    write('findings.json', `${JSON.stringify({ checked }, null, 2)}\n`)
    write('versions.txt', await versions())
    for (const [name, text] of more) write(name, text)
    for (const [from, names, to] of [
      [join(state, 'logs'), /\.jsonl$/, 'hooks'],
      [join(state, 'logs'), /\.log$/, 'logs'],
      [rendered, /\.yaml$/, 'rendered'],
    ] as const)
      for (const [name, text] of filesOf(from, names)) write(join(to, name), text)
    if (api && context !== undefined) {
      for await (const [name, text] of kubectlFiles(context, application)) write(name, text)
      for await (const [name, text] of containerLogs(api, application)) write(join('logs', name), text)
    }
    return folder
  } finally {
    api?.close()
  }
}

async function answering(api: Api): Promise<Api | undefined> {
  const answers = await api.ask('/version').then(
    () => true,
    () => false,
  )
  if (!answers) api.close()
  return answers ? api : undefined
}

export async function secretsOf(api: Api, { stack }: Application): Promise<string[]> {
  const secrets = await api.read<List<SecretObject>>(`/api/v1/namespaces/${namesOf(stack).namespace}/secrets`)
  return (secrets?.items ?? []).flatMap(({ data }) =>
    Object.values(data ?? {}).map((value) => Buffer.from(value, 'base64').toString()),
  )
}

function filesOf(folder: string, names: RegExp): [name: string, text: string][] {
  const fitting = existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : []
  return fitting.map((name) => [name, readFileSync(join(folder, name), 'utf8')])
}
