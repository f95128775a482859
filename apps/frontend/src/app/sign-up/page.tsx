import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { AccountForm } from '@/account/account-form'
import { AccountPage } from '@/account/account-page'
import { signedInUser } from '@/server/session'

export const metadata: Metadata = { title: 'Create an account · Todo' }

export default async function SignUpPage() {
  if (await signedInUser()) redirect('/')
  return (
    <AccountPage
      title="Create an account"
      lead="Any address will do: no mail is sent."
      other={
        <>
          Have an account? <Link href="/sign-in">Sign in</Link>
        </>
      }
    >
      <AccountForm kind="sign-up" />
    </AccountPage>
  )
}
