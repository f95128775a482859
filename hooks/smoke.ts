import { readFileSync } from 'node:fs'
import { $, ProcessOutput } from 'zx/core'
import { NAMESPACE, SECRET, SECRETS_FOLDER } from '../k8s/names.ts'
import { type ServiceName, services } from '../k8s/services.ts'
import type { Settings } from '../k8s/settings.ts'
import { oneOf, readFlags, report, runCommand, warn } from '../shell/command.ts'
import { eventLog } from '../shell/event-log.ts'
import { contextName, kubectlFor, read } from '../shell/kubectl.ts'
import { Refusal } from '../shell/refusal.ts'
import { loadSettings } from '../shell/settings-file.ts'
import type { Journey, Step } from './smoke/journey.ts'
import { sayStep } from './smoke/say-step.ts'

const USAGE = `npm run smoke -- [--on-failure fail|warn]

Walks one user through the deployed stack, from inside the frontend's pod and by Service name: sign-in, token, tasks,
MCP tool, chat, row in PostgreSQL. Removes what it made.

  --on-failure  fail (default): ends with 1.  warn: says so loudly and ends with 0, because a failing hook after a
                deployment makes Skaffold tear the dev loop down`

/** @throws Refusal naming the step that failed */
async function smokeCluster(): Promise<void> {
  const { settings } = loadSettings()
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context)
  // Skaffold's status check can pass while old pods still answer.
  const inNamespace = `--namespace=${NAMESPACE}`
  const ours = '--selector=app.kubernetes.io/part-of=todo'
  await kubectl(['rollout', 'status', 'deployment,statefulset', inNamespace, ours, '--timeout=180s'], {
    timeout: '190s',
  })
  const secret = await read<{ data?: Record<string, string> }>(kubectl, ['secret', SECRET, inNamespace])
  const password = secret?.data?.SMOKE_PASSWORD
  if (!password)
    throw new Refusal(`Secret ${SECRET} has no SMOKE_PASSWORD in namespace ${NAMESPACE}.`, 'npm run secrets')
  const urls = clusterUrls(settings)
  const inputs = {
    frontend: urls('frontend'),
    backend: urls('backend'),
    mcp: urls('mcp'),
    password: Buffer.from(password, 'base64').toString(),
    assistantIsStandIn: settings.assistant.kind === 'stand-in',
  }
  await travelInPod(context, inputs)
}

function clusterUrls(settings: Settings) {
  const ports = new Map(services(settings).map(({ name, port }) => [name, port]))
  return (name: ServiceName) => `http://${name}:${ports.get(name)}`
}

/** Feeds the journey to Node in the frontend's pod: no password in any word of a command, nothing left in the pod. */
async function travelInPod(context: string, inputs: Omit<Journey, 'databaseUrl'>): Promise<void> {
  const source = readFileSync(new URL('smoke/journey.ts', import.meta.url), 'utf8')
  const program = `${source}
    const { readFileSync } = await import('node:fs')
    const databaseUrl = readFileSync('${SECRETS_FOLDER}/DATABASE_URL', 'utf8')
    await travel({ ...${JSON.stringify(inputs)}, databaseUrl }, (step) => console.log(JSON.stringify(step)))
      .catch((error) => { console.error('SMOKE ' + error.message); process.exitCode = 1 })`
  const words = [
    'exec',
    '--stdin',
    `--namespace=${NAMESPACE}`,
    'deployment/frontend',
    '--container=frontend',
    '--',
  ]
  const node = ['node', '--no-warnings', '--input-type=module-typescript', '-']
  const log = eventLog('smoke')
  const patience = AbortSignal.timeout(180_000)
  const run = $({
    input: program,
    quiet: true,
    signal: patience,
  })`kubectl --context ${context} ${words} ${node}`
  try {
    for await (const line of run) {
      const step = JSON.parse(line) as Step
      log('passed', { ...step })
      sayStep(step)
    }
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error
    const said = error.stderr.trim().split('\n')
    const silence = patience.aborted ? 'it did not end in 180s' : 'it said nothing'
    const reason = said.find((line) => line.startsWith('SMOKE '))?.slice(6) || said.at(-1) || silence
    log('failed', { reason })
    throw new Refusal(`The smoke test failed at: ${reason}`, 'npm run doctor')
  }
}

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { 'on-failure': { type: 'string', default: 'fail' } })
  const onFailure = oneOf('--on-failure', values['on-failure'], ['fail', 'warn'])
  try {
    await smokeCluster()
    return 0
  } catch (error) {
    if (onFailure === 'fail') throw error
    report(error)
    warn('smoke: FAILED — the loop goes on; save a fix, or run it again with: npm run smoke')
    return 0
  }
})
