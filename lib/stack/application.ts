import { existsSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bench } from '../../k8s/model/bench.ts'
import type { Cause } from '../../k8s/model/cause.ts'
import type { Travel } from '../../k8s/model/journey.ts'
import type { SignIn } from '../../k8s/model/sign-in.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { stackProblems } from '../../k8s/stack-problems.ts'
import { Refusal, refusalOf } from '../shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../shell/state-folder.ts'
import { proposeFor } from '../shell/type-here.ts'
import { asTyped } from '../shell/typed-path.ts'

/** An application as its folder says it, and where what is its own is kept. */
export interface Application {
  readonly stack: Stack
  /** What its programs say when they fail; none where it has no causes.ts. */
  readonly causes: readonly Cause[]
  /** Absolute; it holds stack.ts and journey.ts. */
  readonly folder: string
  /** Whether it is the one that skaffold.yaml, helm/ and .env.local at the top of the checkout are about. */
  readonly isMain: boolean
  /** What outlives a command; absolute. */
  readonly state: string
  /** Where its manifests for Skaffold are; absolute. */
  readonly rendered: string
  /** Its smoke test, as a file. */
  readonly journey: string
  /** The same, to be walked in this process. */
  readonly travel: () => Promise<Travel>
  /** How a browser of somebody is signed in; undefined where it has no sign-in.ts. */
  readonly signIn: () => Promise<SignIn | undefined>
  /** What is measured of it; undefined where it has no bench.ts. */
  readonly bench: () => Promise<Bench | undefined>
}

/** The flag of every command that is about an application, and what is said about it. */
export const STACK_FLAG = { stack: { type: 'string' } } as const
export const STACK_USAGE = '  --stack   the folder of another stack.ts, like examples/shop'

const MAIN = join(CHECKOUT, 'stack')

/**
 * Opens an application by the path of its folder: nobody imports it, another one could be meant.
 *
 * @param typed relative to where the person is; undefined: the folder `stack` of the checkout
 * @throws Refusal where there is no such folder, or its stack names what it does not have
 */
export async function openApplication(typed?: string): Promise<Application> {
  const folder = typed === undefined ? MAIN : asTyped(typed)
  if (!existsSync(join(folder, 'stack.ts')))
    throw new Refusal(
      `There is no stack.ts in ${folder}.`,
      'name a folder that holds one, like --stack examples/shop',
      2,
    )
  const open = async <Module>(file: string) =>
    (await import(pathToFileURL(join(folder, file)).href)) as Module
  const isMain = realpathSync(folder) === realpathSync(MAIN)
  proposeFor(CHECKOUT, isMain ? undefined : folder, settingsFile({ folder, isMain }))
  const { default: stack } = await open<{ readonly default: Stack }>('stack.ts')
  const { causes } = existsSync(join(folder, 'causes.ts'))
    ? await open<Pick<Application, 'causes'>>('causes.ts')
    : { causes: [] }
  const problems = stackProblems(stack)
  if (problems.length > 0) throw refusalOf(problems)
  const state = stateFolder(stack.name)
  return {
    stack,
    causes,
    folder: realpathSync(folder),
    isMain,
    state,
    // Skaffold's glob for the main one walks into folders, and would deploy both.
    rendered: join(isMain ? join(CHECKOUT, 'k8s') : state, 'rendered'),
    journey: join(folder, 'journey.ts'),
    travel: async () => (await open<{ travel: Travel }>('journey.ts')).travel,
    signIn: async () =>
      existsSync(join(folder, 'sign-in.ts'))
        ? (await open<{ signIn: SignIn }>('sign-in.ts')).signIn
        : undefined,
    bench: async () =>
      existsSync(join(folder, 'bench.ts')) ? (await open<{ bench: Bench }>('bench.ts')).bench : undefined,
  }
}

/** Where a person writes the settings of an application; it need not be there. */
export function settingsFile({ folder, isMain }: Pick<Application, 'folder' | 'isMain'>): string {
  return join(isMain ? CHECKOUT : folder, '.env.local')
}

/** The words that name an application on another command's line; none for the main one. */
export function stackWords({ folder, isMain }: Pick<Application, 'folder' | 'isMain'>): string[] {
  return isMain ? [] : ['--stack', folder]
}

/** The same as a person at the top of the checkout would type them after `npm run NAME`. */
export function stackTyped(application: Pick<Application, 'folder' | 'isMain'>): string {
  return application.isMain ? '' : ` -- --stack ${relative(CHECKOUT, application.folder)}`
}
