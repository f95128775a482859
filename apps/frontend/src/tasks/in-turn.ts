/** Runs what is asked for one key one after the other, so that a second change starts from the first one's result. */
export function newTurns<Key>() {
  const last = new Map<Key, Promise<unknown>>()
  return function inTurn<T>(key: Key, run: () => Promise<T>): Promise<T> {
    const turn = (last.get(key) ?? Promise.resolve()).then(run, run)
    last.set(key, turn)
    const forget = () => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(forget, forget)
    return turn
  }
}
