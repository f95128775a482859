/** Files by path below a service's directory, each with the SHA-256 of its content. */
export type Contents = ReadonlyMap<string, string>

/** What has to happen to a pod's sources. */
export interface Difference {
  readonly copy: readonly string[]
  readonly remove: readonly string[]
}

/** @returns what makes `pod` equal `disk`; nothing to copy and nothing to remove where it does */
export function difference(disk: Contents, pod: Contents): Difference {
  return {
    copy: [...disk].filter(([path, hash]) => pod.get(path) !== hash).map(([path]) => path),
    remove: [...pod.keys()].filter((path) => !disk.has(path)),
  }
}
