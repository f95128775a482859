import { createContext, useContext } from 'react'

export type View = 'tasks' | 'chat'

export const Show = createContext<(view: View) => void>(() => {})

/** Brings the tasks or the assistant into sight where there is room for one of them alone; at once, so that it can take the focus. */
export function useShow(): (view: View) => void {
  return useContext(Show)
}
