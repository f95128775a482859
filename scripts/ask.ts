import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from 'zx/core'
import { namesOf } from '../k8s/names.ts'
import type { SecretValues, Settings } from '../k8s/settings.ts'
import { contextName, kubectlFor, withOurTools } from '../lib/cluster/kubectl.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { grantAccess } from './ask/access.ts'
import {
  ASSISTANTS,
  type AssistantCommand,
  COMMANDS,
  INSTALLED_FROM,
  type Model,
  STANDARD_INPUT,
} from './ask/assistants.ts'

const USAGE = `npm run ask -- [--allow-changes] [--stack DIR] kubectl-ai|k8sgpt [words for it]

Asks a model about the deployed stack, by way of kubectl-ai or k8sgpt and the model of its own settings. What it reads
goes to that model: states, events and logs of the stack's namespace, no Secret. The API server lets it read and nothing else.

  --allow-changes  lets it change things in the namespace, and read its Secrets; kubectl-ai asks before each change
${STACK_USAGE}

  npm run ask -- k8sgpt
  npm run ask -- kubectl-ai --quiet "why is a pod not ready?"`

export const command = runCommand(import.meta.url, async (argv) => {
  const at = argv.findIndex((word, index) => !word.startsWith('-') && argv[index - 1] !== '--stack')
  const own = at < 0 ? argv : argv.slice(0, at)
  const { values } = readFlags(own, USAGE, {
    'allow-changes': { type: 'boolean', default: false },
    ...STACK_FLAG,
  })
  const application = await openApplication(values.stack)
  const assistant = oneOf('The assistant', argv[at] ?? '', ASSISTANTS)
  const { settings, given } = loadSettings(application)
  const model = externalModel(settings, given)
  const env = withOurTools()
  if (!(await which(assistant, { nothrow: true, path: env.PATH ?? '' })))
    throw new Refusal(`${assistant} is not on this PATH.`, `install it: ${INSTALLED_FROM[assistant]}`)

  const context = contextName(settings.kubeContext)
  const { namespace } = namesOf(settings.stack)
  const role = values['allow-changes'] ? 'edit' : 'view'
  // Ctrl-C reaches what runs by itself, and may mean less to it than the end; what was made is removed after it.
  process.on('SIGINT', () => undefined)
  const folder = mkdtempSync(join(tmpdir(), 'ask-'))
  try {
    const { kubeconfig, revoke } = await grantAccess(kubectlFor(context), settings.stack, role)
    try {
      writeFileSync(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 })
      say(`${assistant} on ${model.name}, context ${context}, namespace ${namespace}, role ${role}`)
      const command = COMMANDS[assistant](argv.slice(at + 1), model, { folder, namespace })
      return await converse(command, folder, env)
    } finally {
      await revoke()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** @throws Refusal where the stack uses no model, or a stand-in, which knows nothing of clusters */
function externalModel({ stack, own }: Settings, given: SecretValues): Model {
  const { model } = stack
  if (!model)
    throw new Refusal(`An assistant needs a language model, and ${stack.name} names none.`, 'see --help')
  const [address, name, key] = [own[model.baseUrl], own[model.name], given[model.key]]
  if (!address || !name || !key)
    throw new Refusal(
      `An assistant needs a language model, and the settings of ${stack.name} name none.`,
      `set ${model.baseUrl}, ${model.name} and ${model.key} in .env.local`,
    )
  // Pods reach this machine under that name; this machine does not know it.
  return { baseUrl: address.replace('//host.minikube.internal', '//127.0.0.1'), name, key }
}

/** @returns the assistant's exit code; 130 when a signal ended it */
async function converse(
  { argv, env: own, input }: AssistantCommand,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [program, ...rest] = argv
  symlinkSync('/dev/stdin', join(folder, STANDARD_INPUT))
  const child = spawn(program, rest, {
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    // A home of its own: neither settings that skip its questions nor the person's kubeconfig are found there.
    env: {
      ...env,
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_CACHE_HOME: folder,
      TMPDIR: folder,
      KUBECONFIG: join(folder, 'kubeconfig'),
      ...own,
    },
  })
  child.stdin?.on('error', () => undefined).end(input)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill())
  const [code] = await once(child, 'close')
  return code ?? 130
}
