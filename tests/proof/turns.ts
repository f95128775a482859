/** What one task is called, by turns of one writer; null where there is none. */
export type Value = string | null

/** A turn: the writer waits for its end before the next. */
export interface Turn {
  readonly key: string
  readonly kind: 'write' | 'read'
  /** What was to be, or what was read. */
  readonly value: Value
  /** Whether it was acknowledged; what was not may have been done all the same. */
  readonly acknowledged: boolean
}

export interface Anomaly {
  readonly name: 'lost write' | 'stale read' | 'phantom' | 'resurrection'
  readonly key: string
  readonly read: Value
  readonly possible: readonly Value[]
}

/**
 * Follows what each task may be called, turn by turn. @returns the reads that this history cannot explain: an acknowledged
 * write that is gone, a value from before the last one, one that nobody wrote, a task that was deleted
 */
export function anomalies(history: readonly Turn[]): Anomaly[] {
  const possible = new Map<string, Set<Value>>()
  const written = new Map<string, Set<Value>>()
  const found: Anomaly[] = []
  for (const { key, kind, value, acknowledged } of history) {
    const now = possible.get(key) ?? new Set<Value>([null])
    const ever = written.get(key) ?? new Set<Value>()
    if (kind === 'write') {
      possible.set(key, new Set(acknowledged ? [value] : [...now, value]))
      written.set(key, ever.add(value))
    } else if (acknowledged) {
      if (!now.has(value))
        found.push({ name: nameOf(value, now, ever), key, read: value, possible: [...now] })
      possible.set(key, new Set([value]))
    }
  }
  return found
}

function nameOf(value: Value, now: ReadonlySet<Value>, ever: ReadonlySet<Value>): Anomaly['name'] {
  if (value === null) return 'lost write'
  if (!ever.has(value)) return 'phantom'
  return now.size === 1 && now.has(null) ? 'resurrection' : 'stale read'
}
