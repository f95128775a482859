import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'

const iris: MantineColorsTuple = [
  '#eef1ff',
  '#dfe4fd',
  '#c0caf9',
  '#a3b3f7',
  '#8196f2',
  '#6379e6',
  '#5066d8',
  '#4054c6',
  '#3547ab',
  '#2a398a',
]

const gray: MantineColorsTuple = [
  '#f8f8f7',
  '#f1f1f0',
  '#e6e7e7',
  '#d6d8d9',
  '#b6b9bc',
  '#878b90',
  '#63676d',
  '#484c52',
  '#31353a',
  '#1c1f23',
]

const dark: MantineColorsTuple = [
  '#e7e9ed',
  '#c5cad2',
  '#a0a7b3',
  '#767e8c',
  '#3c424c',
  '#2c3139',
  '#1f2329',
  '#16191d',
  '#111316',
  '#0b0d0f',
]

const red: MantineColorsTuple = [
  '#fff0ee',
  '#ffdcd8',
  '#ffbfb8',
  '#ff9d94',
  '#f87b70',
  '#e9584c',
  '#d43d31',
  '#b3261e',
  '#931d17',
  '#761610',
]

const fontFamily =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

/** The one design language: what Mantine's components look like here. Colours that are ours alone are in tokens.css. */
export const theme = createTheme({
  fontFamily,
  headings: { fontFamily, fontWeight: '650' },
  colors: { iris, gray, dark, red },
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 3 },
  // Mantine would write in white on the light colours of the dark theme too.
  variantColorResolver(input) {
    const colours = defaultVariantColorsResolver(input)
    return input.variant === 'filled' ? { ...colours, color: 'var(--on-accent)' } : colours
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    NativeSelect: { defaultProps: { rightSection: <IconChevronDown size={16} aria-hidden /> } },
  },
})
