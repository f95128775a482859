import { $ } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { Refusal } from '../../shell/refusal.ts'
import { BUNDLED } from './pip.ts'

const OLDEST = [3, 11] as const
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'] as const

/** What an installation may need of a Python; Debian has pip in packages of its own, a Python built by hand may lack either. */
export type Part = 'pip' | 'ssl'

/** A Python of this machine. */
export interface Interpreter {
  readonly command: string
  /** Absolute; what the command is a shim of. */
  readonly path: string
  /** Like `3.11.7`. */
  readonly version: string
  readonly isNewEnough: boolean
  readonly lacks: readonly Part[]
}

const PRINT = `${BUNDLED}
has = lambda name: importlib.util.find_spec(name) is not None
print(*sys.version_info[:3], sep=".")
print(*[part for part, there in (("pip", has("pip") or bundled()), ("ssl", has("_ssl"))) if not there])
print(sys.executable)`

/** The interpreters on PATH that run, in the order in which they are tried. */
export async function interpreters(): Promise<Interpreter[]> {
  const answers = await Promise.all(
    CANDIDATES.map(async (command): Promise<Interpreter[]> => {
      const env = environment('python')
      const { ok, stdout } = await $({ quiet: true, nothrow: true, env })`${command} -c ${PRINT}`
      const [version = '', lacks = '', path = ''] = stdout.split('\n')
      // A version manager's shim is there for versions that are not.
      if (!ok || !/^\d+\.\d+\.\d+$/.test(version)) return []
      const [major = 0, minor = 0] = version.split('.').map(Number)
      const isNewEnough = major === OLDEST[0] && minor >= OLDEST[1]
      return [{ command, path, version, isNewEnough, lacks: lacks.split(' ').filter(Boolean) as Part[] }]
    }),
  )
  return answers.flat()
}

/** @throws Refusal when there is none that is new enough, or none of those has the parts that are needed */
export function fitting(
  interpreters: readonly Interpreter[],
  needed: readonly Part[],
): readonly [Interpreter, ...Interpreter[]] {
  const recent = interpreters.filter(({ isNewEnough }) => isNewEnough)
  const [first, ...others] = recent.filter(({ lacks }) => !needed.some((part) => lacks.includes(part)))
  if (first) return [first, ...others]
  if (recent.length > 0)
    throw new Refusal(
      `No Python of this PATH can install packages (${recent.map(({ command, version, lacks }) => `${command} is ${version} without ${lacks.join(' and ')}`).join(', ')}).`,
      'install what is missing (Debian: apt-get install python3-venv), or use --target cluster',
    )
  const older = interpreters.map(({ command, version }) => `${command} is ${version}`).join(', ')
  throw new Refusal(
    `There is no Python ${OLDEST.join('.')} or newer on this PATH${older && ` (${older})`}.`,
    'install it (Debian: apt-get install python3 python3-venv; macOS: brew install python), or use --target cluster',
  )
}
