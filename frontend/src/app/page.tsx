import { redirect } from 'next/navigation'
import { SignOutButton } from '@/components/sign-out-button'
import { Workspace } from '@/components/workspace'
import { signedInUser } from '@/server/session'

export default async function HomePage() {
  const user = await signedInUser()
  if (!user) redirect('/sign-in')
  return (
    <>
      <header className="bar">
        <span className="brand">Todo</span>
        <span className="who">{user.name}</span>
        <SignOutButton />
      </header>
      <Workspace userId={user.id} />
    </>
  )
}
