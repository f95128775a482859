import { join } from 'node:path'
import type { NamedProgram } from '../../../k8s/services.ts'

/**
 * The services whose packages a file names; none where it takes an image.
 *
 * @param path below the checkout
 */
export function servicesWithPackages(path: string, services: readonly NamedProgram[]): string[] {
  return services
    .filter(({ directory, packages }) => packages?.files.some((file) => path === join(directory, file)))
    .map(({ name }) => name)
}
