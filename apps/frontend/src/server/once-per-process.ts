const registry = globalThis as typeof globalThis & { todoFrontend?: Map<string, unknown> }

/** Makes the named value on first use and hands out the same one afterwards. */
// Next loads one module several times (per bundle, per hot reload); globalThis is what they share.
export function oncePerProcess<T>(name: string, make: () => T): T {
  registry.todoFrontend ??= new Map()
  const values = registry.todoFrontend
  if (!values.has(name)) values.set(name, make())
  return values.get(name) as T
}
