import { $ } from 'zx/core'
import { environment, type Variables } from '../../shell/environment.ts'

/** A Python function: where pip is when it is not installed, in ensurepip. https://docs.python.org/3/library/ensurepip.html */
export const BUNDLED = `import importlib.util, os, sys, sysconfig
def bundled():
    if importlib.util.find_spec("ensurepip") is None: return []
    beside = os.path.join(os.path.dirname(importlib.util.find_spec("ensurepip").origin), "_bundled")
    folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or beside
    if not os.path.isdir(folder): return []
    return [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("pip-")]
`

const RUN = `${BUNDLED}
import runpy
if importlib.util.find_spec("pip") is None: sys.path[:0] = bundled()
runpy.run_module("pip", run_name="__main__", alter_sys=True)`

/** The command that runs pip by an interpreter which need not have it installed. */
export function pip(python: string, ...words: readonly string[]): string[] {
  return [python, '-c', RUN, ...words]
}

/** What pip's configuration files say, as the variables of its that say the same; none where there is no pip. */
export async function pipSettings(python: string): Promise<Variables> {
  const quiet = $({ quiet: true, nothrow: true, env: environment('python') })
  return variablesOf((await quiet`${pip(python, 'config', 'list')}`).stdout)
}

/** @param listed what `pip config list` prints: `global.index-url='https://…'`, values as Python writes them */
export function variablesOf(listed: string): Variables {
  const settings = [...listed.matchAll(/^(global|install)\.([\w-]+)=(['"])(.*)\3$/gm)]
  // What is said of `install` alone counts more.
  settings.sort(([, one = ''], [, other = '']) => one.localeCompare(other))
  return Object.fromEntries(
    settings.map(([, , name = '', , value = '']) => [
      `PIP_${name.toUpperCase().replaceAll('-', '_')}`,
      value.replaceAll('\\n', ' ').replaceAll('\\\\', '\\').trim(),
    ]),
  )
}
