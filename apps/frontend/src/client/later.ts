import { onlineManager } from '@tanstack/react-query'
import { Refused } from './refused'

const parts: (() => Promise<unknown>)[] = []

/**
 * A module that is loaded when it is first asked for, or by `loadParts` before.
 * Throws Refused where it cannot be had: without a network, or once the server has another build.
 */
export function later<Module>(load: () => Promise<Module>): () => Promise<Module> {
  parts.push(load)
  return async () => {
    try {
      return await load()
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ChunkLoadError')) throw error
      throw new Refused('This part of the page could not be loaded. Reload the page when you are online.')
    }
  }
}

/**
 * Loads what the page may need later on, and what that may need, so that memory and the service worker have it.
 * Stops where there is no network; what could not be had is asked for again when this is called again.
 */
export async function loadParts(): Promise<void> {
  for (const load of parts) if (onlineManager.isOnline()) await load().catch(() => undefined)
}
