import { computed, signal } from '@preact/signals'

export const VIEWS = ['services', 'saves', 'logs', 'traces', 'metrics', 'findings'] as const
export type ViewName = (typeof VIEWS)[number]

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

/** What the address says is looked at: `#/logs?level=error`, `#/traces/0af7…`. */
export const route = computed(() => {
  const [path = '', words = ''] = hash.value.replace(/^#\/?/, '').split('?')
  const [first, id] = path.split('/')
  const view = VIEWS.find((name) => name === first) ?? 'services'
  return { view, id, about: Object.fromEntries(new URLSearchParams(words)) }
})

export type About = Readonly<Record<string, string | undefined>>

export function linkTo(view: ViewName, about: About = {}, id?: string): string {
  const words = Object.entries(about).flatMap(([key, value]) => (value ? [[key, value]] : []))
  const query = words.length > 0 ? `?${new URLSearchParams(words)}` : ''
  return `#/${view}${id ? `/${id}` : ''}${query}`
}

/** Changes what is asked about, and leaves no step back for each letter. */
export function ask(about: About): void {
  const { view, id, about: before } = route.value
  history.replaceState(null, '', linkTo(view, { ...before, ...about }, id))
  hash.value = location.hash
}

/** The run that is looked at; undefined for the present one. */
export const run = computed(() => route.value.about.run)
