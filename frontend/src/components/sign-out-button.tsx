'use client'

import { useState } from 'react'
import { signOut } from '@/client/account'
import { Problem, problemOf } from './problem'

export function SignOutButton() {
  const [problem, setProblem] = useState<string>()

  async function leave() {
    try {
      await signOut()
      // A full load, so that nothing of this user stays in memory.
      window.location.assign('/sign-in')
    } catch (error) {
      setProblem(problemOf(error))
    }
  }

  return (
    <>
      <Problem text={problem} />
      <button type="button" onClick={leave}>
        Sign out
      </button>
    </>
  )
}
