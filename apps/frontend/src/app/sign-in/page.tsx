import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { AccountForm } from '@/account/account-form'
import { AccountPage } from '@/account/account-page'
import { backTo } from '@/client/back'
import { signedInUser } from '@/server/session'

export const metadata: Metadata = { title: 'Sign in · Todo' }

interface SignInPageProps {
  searchParams: Promise<{ back?: string | string[] }>
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const back = backTo([(await searchParams).back].flat()[0])
  if (await signedInUser()) redirect(back)
  return (
    <AccountPage
      title="Sign in"
      lead="Your tasks, by hand or by chat."
      other={
        <>
          No account yet? <Link href="/sign-up">Create an account</Link>
        </>
      }
    >
      <AccountForm kind="sign-in" back={back} />
    </AccountPage>
  )
}
