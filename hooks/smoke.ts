import { readFileSync } from 'node:fs'
import { smokePod } from '../k8s/smoke.ts'
import { contextName, type Kubectl, kubectlFor, read } from '../lib/cluster/kubectl.ts'
import { oneOf, readFlags, report, runCommand, warn } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { sayStep } from '../lib/smoke/say-step.ts'
import { JOURNEY, NAMES, PART_OF, STACK } from '../lib/stack/chosen.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { runPod } from './smoke/in-pod.ts'

const USAGE = `npm run smoke -- [--on-failure fail|warn]

Walks one user through the deployed stack, from a pod of its own and by Service name: sign-in, token, tasks, MCP tool,
chat, row in PostgreSQL. Removes what it made, the pod too.

  --on-failure  fail (default): ends with 1.  warn: says so loudly and ends with 0, because a failing hook after a
                deployment makes Skaffold tear the dev loop down`

const IN_NAMESPACE = `--namespace=${NAMES.namespace}`

/** @throws Refusal naming the step that failed, or why the test could not run */
async function smokeCluster(): Promise<void> {
  const { settings } = loadSettings()
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context)
  const [lender] = await Promise.all([lenderOfImage(kubectl), secretsThere(kubectl)])
  await rolledOut(kubectl)
  const pod = smokePod(settings, lender.image, readFileSync(JOURNEY, 'utf8')).toJSON()
  const log = eventLog('smoke')
  const passed = (step: Parameters<typeof sayStep>[0]) => {
    log('passed', { ...step })
    sayStep(step)
  }
  const interrupted = interruption('npm run smoke')
  // A hook that is killed cannot remove its pod: it goes with the Deployment.
  const owned = { ...pod, metadata: { ...pod.metadata, ownerReferences: [lender.reference] } }
  await runPod(context, owned, passed, interrupted).catch((error: Error) => {
    log('failed', { reason: error.message })
    throw error
  })
}

/** The Deployment whose image the test runs in. */
async function lenderOfImage(kubectl: Kubectl) {
  const lender = STACK.journey.image
  const deployment = await read<{
    apiVersion: string
    kind: string
    metadata: { name: string; uid: string }
    spec: { template: { spec: { containers: { name: string; image: string }[] } } }
  }>(kubectl, ['deployment', lender, IN_NAMESPACE])
  const image = deployment?.spec.template.spec.containers.find(({ name }) => name === lender)?.image
  if (!deployment || !image)
    throw new Refusal(`There is no Deployment ${lender} in namespace ${NAMES.namespace}.`, 'npm run up')
  const { apiVersion, kind, metadata } = deployment
  return { image, reference: { apiVersion, kind, name: metadata.name, uid: metadata.uid } }
}

/** A pod whose Secret lacks a key would wait for it, and not say so. Only the keys are read. */
async function secretsThere(kubectl: Kubectl): Promise<void> {
  const keys = '--output=go-template={{range $key, $_ := .data}}{{$key}} {{end}}'
  const there = await kubectl(['get', 'secret', NAMES.secret, IN_NAMESPACE, '--ignore-not-found', keys])
  const missing = STACK.journey.secrets.filter((key) => !there.split(/\s/).includes(key))
  if (missing.length > 0)
    throw new Refusal(
      `Secret ${NAMES.secret} has no ${missing.join(' and no ')} in namespace ${NAMES.namespace}.`,
      'npm run secrets',
    )
}

/** Skaffold's status check can pass while old pods still answer. */
async function rolledOut(kubectl: Kubectl): Promise<void> {
  const ours = `--selector=${PART_OF}`
  await kubectl(['rollout', 'status', 'deployment,statefulset', IN_NAMESPACE, ours, '--timeout=180s'], {
    timeout: '190s',
  })
}

export const command = runCommand(import.meta.url, async (argv) => {
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
