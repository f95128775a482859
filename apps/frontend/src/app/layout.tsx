import type { MantineColorScheme } from '@mantine/core'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import '@/design/mantine'
import '@/design/tokens.css'
import '@/design/notice.css'
import '@/design/print.css'
import { colourSchemeCookie, colourSchemeIn, followSystem } from '@/design/colour-scheme'
import { Providers } from '@/design/providers'
import { nonceHeader } from '@/server/content-security-policy'
import { telemetry } from '@/server/telemetry'
import { Tracing } from '@/tracing/tracing'

export const metadata: Metadata = { title: 'Todo', description: 'Tasks, by hand or by chat' }

const panel = { light: '#ffffff', dark: '#16191d' }

/** The browser's own bars take the colour of the theme. */
export async function generateViewport(): Promise<Viewport> {
  const chosen = await chosenScheme()
  return {
    themeColor:
      chosen === 'auto'
        ? [
            { media: '(prefers-color-scheme: light)', color: panel.light },
            { media: '(prefers-color-scheme: dark)', color: panel.dark },
          ]
        : panel[chosen],
  }
}

async function chosenScheme(): Promise<MantineColorScheme> {
  return colourSchemeIn((await cookies()).get(colourSchemeCookie)?.value)
}

export default async function Layout({ children }: { children: ReactNode }) {
  const chosen = await chosenScheme()
  const nonce = (await headers()).get(nonceHeader) ?? undefined
  // Where the page's own trace goes on: https://www.npmjs.com/package/@opentelemetry/instrumentation-document-load
  const { traceparent } = telemetry()?.headers() ?? {}
  return (
    <html
      lang="en"
      data-mantine-color-scheme={chosen === 'auto' ? 'light' : chosen}
      suppressHydrationWarning={chosen === 'auto'}
    >
      <head>
        {chosen === 'auto' && (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours
          <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: followSystem }} />
        )}
      </head>
      <body>
        {traceparent !== undefined && (
          <>
            <meta name="traceparent" content={traceparent} />
            <Tracing />
          </>
        )}
        <Providers colourScheme={chosen}>{children}</Providers>
      </body>
    </html>
  )
}
