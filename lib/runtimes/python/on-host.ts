import { type HostRuntime, onePerDirectory } from '../on-host.ts'
import { installPython, venvPython } from './install.ts'
import type { PythonPackages } from './lock.ts'

/** Programs of one project share an environment. */
export const pythonOnHost: HostRuntime = (programs, { state }) => {
  const projects = onePerDirectory(programs)
  const environmentOf = (directory: string) =>
    directory === projects[0]?.directory ? 'venv' : `venv-${directory.replaceAll('/', '-')}`
  return {
    preparations: projects.map(({ name, directory }, index) => [
      {
        name: index === 0 ? 'Python packages' : `Python packages of ${name}`,
        run: (interrupted) =>
          installPython(state, reloading(directory), interrupted, environmentOf(directory)),
      },
    ]),
    command: ([, ...words], { directory }) => [venvPython(state, environmentOf(directory)), ...words],
  }
}

/** What the loop and the host target need of a project. */
export function reloading(project: string): PythonPackages {
  return { project, groups: ['reload'] }
}
