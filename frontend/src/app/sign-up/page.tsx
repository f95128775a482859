import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { AccountForm } from '@/components/account-form'
import { signedInUser } from '@/server/session'

export const metadata: Metadata = { title: 'Create an account · Todo' }

export default async function SignUpPage() {
  if (await signedInUser()) redirect('/')
  return (
    <main className="account">
      <h1>Create an account</h1>
      <AccountForm kind="sign-up" />
      <p>
        Have an account? <Link href="/sign-in">Sign in</Link>
      </p>
    </main>
  )
}
