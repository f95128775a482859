/** A change that can be taken back. */
export interface Noted {
  /** Takes it back, once. */
  takeBack: () => void
  /** For a change that was refused: there is nothing to take back. */
  forget: () => void
  /** Calls `gone` once it cannot be taken back any more. */
  untilGone: (gone: () => void) => void
}

/** What can be taken back, in the order in which it was done. One a page: it lives as long as the page does. */
export interface Undo {
  note: (takeBack: () => void) => Noted
  /** Takes the latest change back; tells whether there was one. */
  last: () => boolean
}

const remembered = 50

export function newUndo(): Undo {
  const changes: Noted[] = []
  return {
    note(takeBack) {
      let tellGone = () => {}
      const noted: Noted = {
        takeBack() {
          if (!changes.includes(noted)) return
          noted.forget()
          takeBack()
        },
        forget() {
          const at = changes.indexOf(noted)
          if (at >= 0) changes.splice(at, 1)
          tellGone()
        },
        untilGone(gone) {
          if (changes.includes(noted)) tellGone = gone
          else gone()
        },
      }
      changes.push(noted)
      if (changes.length > remembered) changes[0]?.forget()
      return noted
    },
    last() {
      const latest = changes.at(-1)
      latest?.takeBack()
      return latest !== undefined
    },
  }
}
