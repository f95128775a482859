'use client'

import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'

/** Turns light into dark and back; following the system again is in the settings. */
export function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light')
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={36}
      aria-label="Light or dark"
      title="Light or dark"
      onClick={() => setColorScheme(shown === 'dark' ? 'light' : 'dark')}
    >
      <IconMoon size={19} className="mantine-dark-hidden" aria-hidden />
      <IconSun size={19} className="mantine-light-hidden" aria-hidden />
    </ActionIcon>
  )
}
