import { $ } from 'zx/core'
import { environment } from '../shell/environment.ts'
import { Refusal } from '../shell/refusal.ts'

const OLDEST = [3, 11] as const
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'] as const

/** A Python of this machine. */
export interface Interpreter {
  readonly command: string
  /** Like `3.11.7`. */
  readonly version: string
  readonly isNewEnough: boolean
  /** Modules that an installation needs; Debian has them in packages of their own, and a Python built by hand may lack them. */
  readonly lacks: readonly string[]
}

const PRINT = `import importlib.util, sys
print(*sys.version_info[:3], sep=".")
print(*[name for name in ("venv", "ensurepip", "_ssl") if importlib.util.find_spec(name) is None])`

/** The interpreters on PATH that run, in the order in which they are tried. */
export async function interpreters(): Promise<Interpreter[]> {
  const found = await Promise.all(
    CANDIDATES.map(async (command): Promise<Interpreter[]> => {
      const env = environment('pip')
      const { ok, stdout } = await $({ quiet: true, nothrow: true, env })`${command} -c ${PRINT}`
      const [version = '', lacks = ''] = stdout.split('\n')
      // A version manager's shim is there for versions that are not.
      if (!ok || !/^\d+\.\d+\.\d+$/.test(version)) return []
      const [major = 0, minor = 0] = version.split('.').map(Number)
      const isNewEnough = major === OLDEST[0] && minor >= OLDEST[1]
      return [{ command, version, isNewEnough, lacks: lacks.split(' ').filter(Boolean) }]
    }),
  )
  return found.flat()
}

/** @throws Refusal when there is none that is new enough, or none of those can make a virtual environment */
export function fitting(found: readonly Interpreter[]): readonly [Interpreter, ...Interpreter[]] {
  const recent = found.filter(({ isNewEnough }) => isNewEnough)
  const [first, ...others] = recent.filter(({ lacks }) => lacks.length === 0)
  if (first) return [first, ...others]
  if (recent.length > 0)
    throw new Refusal(
      `No Python of this PATH can make a virtual environment (${recent.map(({ command, version, lacks }) => `${command} is ${version} without ${lacks.join(' and ').replace('_ssl', 'ssl')}`).join(', ')}).`,
      'install what is missing (Debian: apt-get install python3-venv), or use --target cluster',
    )
  const older = found.map(({ command, version }) => `${command} is ${version}`).join(', ')
  throw new Refusal(
    `There is no Python ${OLDEST.join('.')} or newer on this PATH${older && ` (${older})`}.`,
    'install it (Debian: apt-get install python3 python3-venv; macOS: brew install python), or use --target cluster',
  )
}
