'use client'

import { CloseButton, Input } from '@mantine/core'
import { IconChevronDown, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { type Filters, type Sort, sorts, statuses } from './filters'
import { tagsQuery } from './queries'
import { type Priority, priorities } from './task'
import style from './toolbar.module.css'

const pause = 250

interface ToolbarProps {
  userId: string
  filters: Filters
  onChange: (changes: Partial<Filters>) => void
  search: RefObject<HTMLInputElement | null>
}

/** Search, filters and order of the list. */
export function Toolbar({ userId, filters, onChange, search }: ToolbarProps) {
  const tags = useQuery(tagsQuery(userId)).data ?? []
  const known = tags.some(({ tag }) => tag === filters.tag)
  return (
    <search aria-label="Tasks" className={style.toolbar}>
      <Search q={filters.q} onSearch={(q) => onChange({ q })} field={search} />
      <div role="radiogroup" aria-label="Show" className={style.statuses}>
        {statuses.map(({ value, label }) => (
          <label key={value} className={style.status}>
            <input
              type="radio"
              name="status"
              value={value}
              checked={filters.status === value}
              onChange={() => onChange({ status: value })}
            />
            {label}
          </label>
        ))}
      </div>
      <div className={style.choices}>
        <Choice
          label="Priority filter"
          value={filters.priority ?? ''}
          onChoice={(value) => onChange({ priority: (value || undefined) as Priority | undefined })}
        >
          <option value="">Any priority</option>
          {priorities.map(({ value, label }) => (
            <option key={value} value={value}>
              {value === 'none' ? 'No priority' : `${label} priority`}
            </option>
          ))}
        </Choice>
        <Choice
          label="Tag filter"
          value={filters.tag ?? ''}
          onChoice={(value) => onChange({ tag: value || undefined })}
        >
          <option value="">Any tag</option>
          {filters.tag && !known && <option value={filters.tag}>{filters.tag}</option>}
          {tags.map(({ tag, count }) => (
            <option key={tag} value={tag}>
              {tag} ({count})
            </option>
          ))}
        </Choice>
        <Choice label="Order" value={filters.sort} onChoice={(value) => onChange({ sort: value as Sort })}>
          {sorts.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Choice>
      </div>
    </search>
  )
}

interface ChoiceProps {
  label: string
  value: string
  onChoice: (value: string) => void
  children: ReactNode
}

function Choice({ label, value, onChoice, children }: ChoiceProps) {
  return (
    <Input
      component="select"
      pointer
      aria-label={label}
      rightSection={<IconChevronDown size={16} aria-hidden />}
      rightSectionPointerEvents="none"
      value={value}
      onChange={(event) => onChoice(event.currentTarget.value)}
    >
      {children}
    </Input>
  )
}

interface SearchProps {
  q: string
  onSearch: (q: string) => void
  field: RefObject<HTMLInputElement | null>
}

/** Searches when the typing pauses. */
function Search({ q, onSearch, field }: SearchProps) {
  const [text, setText] = useState(q)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  // Cleared from elsewhere, such as by “Clear filters”.
  useEffect(() => {
    if (!q) setText('')
  }, [q])

  useEffect(() => () => clearTimeout(timer.current), [])

  function search(next: string, delay = pause) {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(next.trim()), delay)
  }

  return (
    <Input
      ref={field}
      type="search"
      className={style.search}
      aria-label="Search"
      placeholder="Search"
      maxLength={200}
      leftSection={<IconSearch size={17} aria-hidden />}
      rightSection={
        text && <CloseButton size={24} aria-label="Clear the search" onClick={() => search('', 0)} />
      }
      value={text}
      onChange={(event) => search(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && (text ? search('', 0) : event.currentTarget.blur())}
    />
  )
}
