/** Set by a loop that forwards the ports itself, and so holds them by the time the gate looks. */
export const FORWARDED_BY = 'TODO_FORWARDED_BY'
