'use client'

import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core'
import { theme } from './theme'

const defaults = defaultCssVariablesResolver(DEFAULT_THEME)
const ours = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))

/** What differs from Mantine's own style sheet. */
function changed(of: 'variables' | 'light' | 'dark'): Record<string, string> {
  const usual = new Map(Object.entries(defaults[of]))
  return Object.fromEntries(Object.entries(ours[of]).filter(([name, value]) => usual.get(name) !== value))
}

const css = convertCssVariables({
  variables: changed('variables'),
  light: changed('light'),
  dark: changed('dark'),
})

/**
 * The theme's variables, in the head of the page: MantineProvider writes them into the body, before which a browser
 * may paint a page whose style sheets it has, in Mantine's own colours.
 */
export function ThemeVariables() {
  return (
    <style href="theme" precedence="next">
      {css}
    </style>
  )
}
