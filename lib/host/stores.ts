import type { Settings, Stack } from '../../k8s/model/stack.ts'
import { type NamedStore, stores, storesOf } from '../../k8s/services.ts'
import {
  postgresDataExists,
  removePostgres,
  startPostgres,
  stopPostgres,
} from '../runtimes/postgres/server.ts'
import type { HostStore } from './store.ts'
import { storeByProgram } from './store-by-program.ts'

/**
 * The stores of a stack, those too that something outside stands in for: they may have run before it did.
 *
 * @param state the folder of what outlives a command
 */
export function hostStores(state: string, stack: Stack): readonly HostStore[] {
  return storesOf(stack).map((store) =>
    store.onHost === 'postgres' ? postgres(state, stack, store) : storeByProgram(state, store, store.onHost),
  )
}

/** Those of them that these settings ask for. */
export function storesToRun(state: string, settings: Settings): readonly HostStore[] {
  const names = stores(settings).map(({ name }) => name)
  return hostStores(state, settings.stack).filter(({ name }) => names.includes(name))
}

/** The database of the stack: there is one at most, whose data is where it always was. */
function postgres(state: string, { database }: Stack, { name, init, port }: NamedStore): HostStore {
  if (database?.service !== name) throw new Error(`${name} is not the database of its stack`)
  return {
    name,
    start: async ({ portOffset, initScripts }, values) =>
      startPostgres(state, {
        port: port + portOffset,
        user: database.user,
        name: database.name,
        password: values[database.password] ?? '',
        initScripts,
        initFolder: init?.folder ?? '',
      }),
    stop: () => stopPostgres(state),
    dataExists: () => postgresDataExists(state),
    remove: () => removePostgres(state),
  }
}
