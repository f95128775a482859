import type { Stack } from '../k8s/model/stack.ts'
import { namesOf, partOf } from '../k8s/names.ts'
import { canTravel } from '../k8s/part.ts'
import { smokePod } from '../k8s/smoke.ts'
import { contextName, type Kubectl, kubectlFor, read } from '../lib/cluster/kubectl.ts'
import { checkDeployment } from '../lib/diagnosis/check-cluster.ts'
import type { Finding } from '../lib/diagnosis/finding.ts'
import { NAMED_BY } from '../lib/diagnosis/naming-causes.ts'
import { findingLines } from '../lib/diagnosis/say-finding.ts'
import { oneOf, readFlags, report, runCommand, say, warn } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { messageOf, Refusal } from '../lib/shell/refusal.ts'
import { smokeProgram } from '../lib/smoke/program.ts'
import { sayStep } from '../lib/smoke/say-step.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { runPod } from './smoke/in-pod.ts'

const USAGE = `npm run smoke -- [--on-failure fail|warn] [--stack DIR]

Walks one user through the deployed stack, from a pod of its own and by Service name, as the stack's journey.ts says.
Removes what it made, the pod too.

  --on-failure  fail (default): ends with 1.  warn: says so loudly and ends with 0, because a failing hook after a
                deployment makes Skaffold tear the dev loop down
${STACK_USAGE}`

/** @throws Refusal naming the step that failed, or why the test could not run */
async function smokeCluster(application: Application, log: ReturnType<typeof eventLog>): Promise<void> {
  const { settings } = loadSettings(application)
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context)
  const { stack } = application
  const [lender] = await Promise.all([lenderOfImage(kubectl, stack), secretsThere(kubectl, stack)])
  await rolledOut(kubectl, stack)
  const pod = smokePod(settings, lender.image, smokeProgram(application.journey)).toJSON()
  const passed = (step: Parameters<typeof sayStep>[0]) => {
    log('passed', { ...step })
    sayStep(step)
  }
  const interrupted = interruption('npm run smoke')
  // A hook that is killed cannot remove its pod: it goes with the Deployment.
  const owned = { ...pod, metadata: { ...pod.metadata, ownerReferences: [lender.reference] } }
  await runPod({ context, namespace: namesOf(stack).namespace }, owned, passed, interrupted)
}

/** The Deployment whose image the test runs in. */
async function lenderOfImage(kubectl: Kubectl, stack: Stack) {
  const lender = stack.journey.image
  const { namespace } = namesOf(stack)
  const deployment = await read<{
    apiVersion: string
    kind: string
    metadata: { name: string; uid: string }
    spec: { template: { spec: { containers: { name: string; image: string }[] } } }
  }>(kubectl, ['deployment', lender, `--namespace=${namespace}`])
  const image = deployment?.spec.template.spec.containers.find(({ name }) => name === lender)?.image
  if (!deployment || !image)
    throw new Refusal(`There is no Deployment ${lender} in namespace ${namespace}.`, 'npm run up')
  const { apiVersion, kind, metadata } = deployment
  return { image, reference: { apiVersion, kind, name: metadata.name, uid: metadata.uid } }
}

/** A pod whose Secret lacks a key would wait for it, and not say so. Only the keys are read. */
async function secretsThere(kubectl: Kubectl, stack: Stack): Promise<void> {
  const { namespace, secret } = namesOf(stack)
  const keys = '--output=go-template={{range $key, $_ := .data}}{{$key}} {{end}}'
  const there = await kubectl([
    'get',
    'secret',
    secret,
    `--namespace=${namespace}`,
    '--ignore-not-found',
    keys,
  ])
  const missing = stack.journey.secrets.filter((key) => !there.split(/\s/).includes(key))
  if (missing.length > 0)
    throw new Refusal(
      `Secret ${secret} has no ${missing.join(' and no ')} in namespace ${namespace}.`,
      'npm run secrets',
    )
}

/** Skaffold's status check can pass while old pods still answer. */
async function rolledOut(kubectl: Kubectl, stack: Stack): Promise<void> {
  const ours = [`--namespace=${namesOf(stack).namespace}`, `--selector=${partOf(stack)}`]
  await kubectl(['rollout', 'status', 'deployment,statefulset', ...ours, '--timeout=180s'], {
    timeout: '190s',
  })
}

/** What the doctor would find in the cluster; nothing where that cannot be seen. */
async function causesOf(application: Application): Promise<readonly Finding[]> {
  try {
    const configuration = loadSettings(application)
    const context = contextName(configuration.settings.kubeContext)
    return (await checkDeployment(context, configuration, application.causes)).findings
  } catch (error) {
    if (error instanceof Refusal) return []
    throw error
  }
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    'on-failure': { type: 'string', default: 'fail' },
    ...STACK_FLAG,
  })
  const onFailure = oneOf('--on-failure', values['on-failure'], ['fail', 'warn'])
  const application = await openApplication(values.stack)
  const log = eventLog(application.state, 'smoke')
  if (!canTravel(loadSettings(application).settings)) {
    say('smoke: not all that it walks through is there, so it does not run')
    // Who waits for its end hears of it.
    log('arrived')
    return 0
  }
  try {
    await smokeCluster(application, log)
    log('arrived')
    return 0
  } catch (error) {
    const findings = process.env[NAMED_BY] ? [] : await causesOf(application)
    const reason = messageOf(error)
    log('failed', { reason, causes: findings.map(({ cause, where }) => ({ cause, where })) })
    for (const finding of findings)
      for (const line of findingLines(finding, process.stderr)) console.error(line)
    if (onFailure === 'fail') throw error
    report(error)
    warn('smoke: FAILED — the loop goes on; save a fix, or run it again with: npm run smoke')
    return 0
  }
})
