import type { NamedProgram } from '../../../k8s/services.ts'
import { toolchains } from '../../host/runtimes.ts'
import type { Course } from '../course.ts'
import { followPackages } from './follow.ts'

/**
 * Has the packages of programs of this machine be those of their lock files, until the signal.
 *
 * @param state the folder of what outlives a command
 */
export function followOnHost(state: string, programs: readonly NamedProgram[], course: Course): void {
  for (const { directory, programs: services, exchange } of toolchains(programs, { state, reloads: true })
    .exchanges) {
    const files = programs.find(({ name }) => services.includes(name))?.packages?.files ?? []
    const install = () => exchange(course.signal)
    followPackages({ directory, files, services, ready: () => true, install }, course)()
  }
}
