import { overview } from '../ask.ts'

const COLOURS = 8

/** The same colour for a service everywhere: a class, for a policy that has no inline styles. */
export function colourClass(service: string): string {
  const index = overview.value.graph.findIndex(({ name }) => name === service)
  const sum = [...service].reduce((total, letter) => total + letter.charCodeAt(0), 0)
  return `colour-${(index < 0 ? sum : index) % COLOURS}`
}

export function ServiceName({ name }: { name: string }) {
  return (
    <span class={`service ${colourClass(name)}`}>
      <i aria-hidden="true" />
      {name}
    </span>
  )
}
