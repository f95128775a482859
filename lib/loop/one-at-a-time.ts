/** Runs an action once at a time, and once more where it was asked for meanwhile. */
export function oneAtATime(action: () => Promise<void>): () => void {
  let again: boolean | undefined
  const run = async (): Promise<void> => {
    again = false
    await action()
    if (again) return run()
    again = undefined
  }
  return () => {
    if (again === undefined) void run()
    else again = true
  }
}
