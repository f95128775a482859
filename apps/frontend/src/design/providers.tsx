'use client'

import { type MantineColorScheme, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { newQueryClient } from '@/client/query-client'
import { colourSchemeManager } from './colour-scheme'
import { theme } from './theme'
import { ThemeVariables } from './theme-variables'
import { ToastHost } from './toast-host'

/** What every page stands in: colours, components' defaults, the cache of what the server said, toasts. */
export function Providers({
  colourScheme,
  children,
}: {
  colourScheme: MantineColorScheme
  children: ReactNode
}) {
  const [queryClient] = useState(newQueryClient)
  return (
    <MantineProvider
      theme={theme}
      withCssVariables={false}
      defaultColorScheme={colourScheme}
      colorSchemeManager={colourSchemeManager}
    >
      <ThemeVariables />
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      <ToastHost />
    </MantineProvider>
  )
}
