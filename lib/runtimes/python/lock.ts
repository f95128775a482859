/** Python packages that are installed together. */
export type PythonPackages =
  /** What a project's uv.lock names: what it depends on, and these of its groups. */
  | {
      readonly project: string
      readonly groups: readonly string[]
      /** A file of requirements with hashes, of what nobody's program needs. */
      readonly beside?: string
    }
  /** What a file of requirements with hashes names. */
  | { readonly requirements: string }

/** The file that says which packages these are, below the checkout. */
export function lockFile(packages: PythonPackages): string {
  return 'project' in packages ? `${packages.project}/uv.lock` : packages.requirements
}

/**
 * What uv is told to write the packages of a lock file as requirements with hashes. They are installed from these, and
 * not by `uv sync`, which takes each file from the very address that the lock has: who reaches a mirror alone has none.
 *
 * @param groups of the project's packages
 * @param file to write
 */
export function exportWords(groups: readonly string[], file: string): string[] {
  const named = groups.flatMap((group) => ['--group', group])
  return [
    'export',
    '--quiet',
    '--frozen',
    '--no-header',
    '--no-default-groups',
    ...named,
    '--output-file',
    file,
  ]
}

/**
 * What uv is told to make an environment have the packages of files of requirements, and no others.
 *
 * @param python of the environment
 */
export function installWords(python: string, ...files: readonly string[]): string[] {
  return ['pip', 'sync', '--quiet', '--require-hashes', '--python', python, ...files]
}
