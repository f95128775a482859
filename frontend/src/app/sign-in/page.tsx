import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { AccountForm } from '@/components/account-form'
import { signedInUser } from '@/server/session'

export const metadata: Metadata = { title: 'Sign in · Todo' }

export default async function SignInPage() {
  if (await signedInUser()) redirect('/')
  return (
    <main className="account">
      <h1>Sign in</h1>
      <AccountForm kind="sign-in" />
      <p>
        No account yet? <Link href="/sign-up">Create an account</Link>
      </p>
    </main>
  )
}
