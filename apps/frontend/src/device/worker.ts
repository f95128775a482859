/** What a page tells the service worker. */
interface Told {
  remindOf?: { task_id: number; title: string; due_at: string }
  /** Assets that may have been loaded without it. */
  keep?: string[]
}

/** Starts the service worker, and gives it what this page may have loaded before. */
export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
  await tellWorker({ keep: loadedAssets() })
}

export async function tellWorker(told: Told): Promise<void> {
  const { active } = await navigator.serviceWorker.ready
  active?.postMessage(told)
}

function loadedAssets(): string[] {
  const names = performance.getEntriesByType('resource').map(({ name }) => name)
  return names.filter((name) => name.startsWith(`${location.origin}/_next/static/`))
}
