import { useEffect, useState } from 'preact/hooks'
import { overview } from '../ask.ts'
import { ask, route } from '../route.ts'

/** Milliseconds without a letter until what is typed is searched for. */
const PAUSE = 30

export function Search({ label }: { label: string }) {
  const asked = route.value.about.contains ?? ''
  const [text, setText] = useState(asked)
  useEffect(() => {
    const timer = setTimeout(() => text !== asked && ask({ contains: text }), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label class="search">
      <span class="unseen">{label}</span>
      <input
        type="search"
        value={text}
        placeholder={`${label}   /`}
        data-hotkey="/"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  )
}

/** One of several, or all. */
export function Choice({
  name,
  label,
  all,
  choices,
}: {
  name: string
  label: string
  all: string
  choices: readonly (readonly [value: string, label: string])[]
}) {
  const value = route.value.about[name] ?? ''
  return (
    <label>
      <span class="unseen">{label}</span>
      <select value={value} onChange={({ currentTarget }) => ask({ [name]: currentTarget.value })}>
        <option value="">{all}</option>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

export function ServiceChoice() {
  const names = [...overview.value.graph.map(({ name }) => name), 'loop']
  return (
    <Choice name="service" label="Service" all="All services" choices={names.map((name) => [name, name])} />
  )
}

export function Toggle({ name, label }: { name: string; label: string }) {
  const isOn = route.value.about[name] === 'true'
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={isOn}
      onClick={() => ask({ [name]: isOn ? undefined : 'true' })}
    >
      {label}
    </button>
  )
}
