import type { HostProgram, HostRuntime } from '../on-host.ts'
import { exchangePython, installPython, venvPython } from './install.ts'
import type { PythonPackages } from './lock.ts'

/** The debugger, which none but the programs that it may come to can import. */
const DEBUGPY = 'lib/runtimes/python/debugpy-requirements.txt'

/** Programs of one project share an environment, and those of it that a debugger may come to another one. */
export const pythonOnHost: HostRuntime = (programs, { state }) => {
  const [first] = programs
  const environmentOf = ({ directory, debugPort }: HostProgram) =>
    [
      'venv',
      ...(directory === first?.directory ? [] : [directory.replaceAll('/', '-')]),
      ...(debugPort ? ['debug'] : []),
    ].join('-')
  const environments = new Map(programs.map((program) => [environmentOf(program), program]))
  return {
    preparations: [...environments].map(([environment, { name, directory, debugPort }]) => [
      {
        name:
          {
            venv: 'Python packages',
            'venv-debug': 'Python packages with a debugger',
          }[environment] ?? `Python packages of ${name}`,
        run: (interrupted) => {
          return installPython(state, packagesOf({ directory, debugPort }), interrupted, environment)
        },
      },
    ]),
    exchanges: [...environments].map(([environment, program]) => ({
      directory: program.directory,
      programs: programs.filter((other) => environmentOf(other) === environment).map(({ name }) => name),
      exchange: async (interrupted) => ({
        packages: await exchangePython(state, packagesOf(program), interrupted, environment),
      }),
    })),
    command: ([, ...words], program) => [venvPython(state, environmentOf(program)), ...words],
  }
}

function packagesOf({ directory, debugPort }: Pick<HostProgram, 'directory' | 'debugPort'>): PythonPackages {
  return { ...reloading(directory), ...(debugPort ? { beside: DEBUGPY } : {}) }
}

/** What the loop and the host target need of a project. */
export function reloading(project: string) {
  return { project, groups: ['reload'] } satisfies PythonPackages
}
