import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Settings } from '../../../k8s/model/stack.ts'
import { programs, stores } from '../../../k8s/services.ts'
import { dockerEngine } from '../../cluster/engine.ts'
import { clusterTools } from '../../cluster/find.ts'
import { lacking, type Target } from '../../cluster/target.ts'
import { goFor } from '../../runtimes/go/on-host.ts'
import { interpreters } from '../../runtimes/python/interpreter.ts'
import { requireStoreProgram } from '../../runtimes/store-program.ts'
import { Refusal } from '../../shell/refusal.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { Application } from '../../stack/application.ts'
import { loadSettings } from '../../stack/settings-file.ts'
import type { MachineObservation } from './facts.ts'

/** Looks at this machine; changes nothing. */
export async function observeMachine(application: Application, target: Target): Promise<MachineObservation> {
  const [engine, tools, python, free] = await Promise.all([
    orRefusal(dockerEngine),
    clusterTools(),
    usesPython(application) ? pythonVersion() : undefined,
    Promise.all(
      [CHECKOUT, application.state].map(async (folder) => [folder, await bytesFree(folder)] as const),
    ),
  ])
  const settings = await orRefusal(async () => loadSettings(application))
  const wanting =
    target === 'host' && !(settings instanceof Refusal) ? await missingPrograms(settings.settings) : []
  return {
    target,
    node: process.versions.node,
    usesPython: usesPython(application),
    python,
    wanting,
    engine: engine instanceof Refusal ? undefined : engine,
    engineProblem: engine instanceof Refusal ? engine : undefined,
    tools: Object.values(tools).map(({ name, version }) => `${name} ${version}`),
    missingTools: lacking(application, tools),
    free: new Map(free),
    inotify: inotifyLimits(),
    settingsProblem: settings instanceof Refusal ? settings : undefined,
  }
}

async function orRefusal<Result>(action: () => Promise<Result>): Promise<Result | Refusal> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function usesPython({ stack }: Application): boolean {
  return Object.values(stack.services).some(
    (service) => service.kind === 'program' && service.runtime === 'python',
  )
}

/** What a start of the host target would refuse, for want of a program that it does not bring along. */
async function missingPrograms(settings: Settings): Promise<Refusal[]> {
  const looks: Promise<unknown>[] = [
    ...programs(settings).flatMap(({ runtime, directory }) => (runtime === 'go' ? [goFor(directory)] : [])),
    ...stores(settings).flatMap(({ name, onHost }) =>
      onHost === 'postgres' ? [] : [requireStoreProgram(name, onHost)],
    ),
  ]
  const outcomes = await Promise.all(looks.map((look) => orRefusal(() => look)))
  return outcomes.filter((one): one is Refusal => one instanceof Refusal)
}

/** @returns the newest of those that a start of the host target looks for */
async function pythonVersion(): Promise<string | undefined> {
  return (await interpreters())
    .map(({ version }) => version)
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1)
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function inotifyLimits(): MachineObservation['inotify'] {
  const limit = (name: string) => Number(readFileSync(`/proc/sys/fs/inotify/max_user_${name}`, 'utf8').trim())
  try {
    return { watches: limit('watches'), instances: limit('instances') }
  } catch {
    return undefined
  }
}
