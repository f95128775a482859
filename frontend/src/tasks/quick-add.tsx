'use client'

import { Button, Input } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconPlus } from '@tabler/icons-react'
import { type FormEvent, type RefObject, useEffect, useState } from 'react'
import { Bone } from '@/design/bone'
import { part } from '@/design/part'
import { keepTitle, keptTitle } from './kept-title'
import style from './quick-add.module.css'
import { blank, type Draft, finished, isPlanned } from './task'
import type { TaskActions } from './use-task-actions'

const PlanFields = part(() => import('./plan-fields'), <Bone height={6} />)

interface QuickAddProps {
  userId: string
  add: TaskActions['add']
  field: RefObject<HTMLInputElement | null>
}

/** One line for a new task; what else there is to say of it is behind a button. */
export function QuickAdd({ userId, add, field }: QuickAddProps) {
  const [draft, setDraft] = useState<Draft>(blank)
  const [planning, setPlanning] = useState(false)
  const planned = isPlanned(draft)

  // After the first picture, which the server draws and which it knows nothing of.
  useEffect(() => {
    const title = keptTitle(userId)
    if (title) setDraft((current) => (current.title ? current : { ...current, title }))
  }, [userId])

  function change(changes: Partial<Draft>) {
    if (changes.title !== undefined) keepTitle(userId, changes.title)
    setDraft((current) => ({ ...current, ...changes }))
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const task = finished(draft)
    if (!task.title) return field.current?.focus()
    setDraft(blank)
    keepTitle(userId, '')
    setPlanning(false)
    add(task, bringBack)
    field.current?.focus()
  }

  // Unless the next one is being typed already.
  function bringBack(lost: Draft) {
    keepTitle(userId, lost.title)
    setDraft((current) => (current.title ? current : lost))
  }

  return (
    <form className={style.form} onSubmit={submit}>
      <div className={style.line}>
        <Input
          ref={field}
          className={style.title}
          size="md"
          aria-label="New task"
          placeholder="What needs doing?"
          value={draft.title}
          maxLength={200}
          autoComplete="off"
          enterKeyHint="done"
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <Button
          variant={planned ? 'light' : 'default'}
          size="md"
          px="sm"
          aria-expanded={planning}
          aria-controls="plan"
          onClick={() => setPlanning(!planning)}
          leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
          classNames={{ section: style.icon, label: 'unseen-on-phone' }}
        >
          Plan{planned && <span className="unseen"> (filled in)</span>}
        </Button>
        <Button
          type="submit"
          size="md"
          px="sm"
          leftSection={<IconPlus size={18} aria-hidden />}
          classNames={{ section: style.icon, label: 'unseen-on-phone' }}
        >
          Add task
        </Button>
      </div>
      <div id="plan" hidden={!planning} className={style.plan}>
        {planning && <PlanFields userId={userId} draft={draft} onChange={change} />}
      </div>
    </form>
  )
}
