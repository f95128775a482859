'use client'

import { Button, Input } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconPlus } from '@tabler/icons-react'
import { type FormEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { useKeptText } from '@/client/kept-text'
import { isSeen, refuseUnseen } from '@/client/seen'
import { Bone } from '@/design/bone'
import { part } from '@/design/part'
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
  const [title, setTitle] = useKeptText(`new-task ${userId}`)
  const [plan, setPlan] = useState<Draft>(blank)
  const [planning, setPlanning] = useState(false)
  const planned = isPlanned(plan)

  // Read when an answer comes, which may be long after.
  const untouched = useRef(true)
  useLayoutEffect(() => {
    untouched.current = !title && plan === blank
  }, [title, plan])

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    field.current?.focus()
    const task = finished({ ...plan, title })
    if (!isSeen(task.title)) return refuseUnseen(field.current, title)
    setTitle('')
    setPlan(blank)
    setPlanning(false)
    add(task, bringBack)
  }

  function bringBack(lost: Draft): boolean {
    if (!untouched.current) return false
    setTitle(lost.title)
    setPlan(lost)
    return true
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
          value={title}
          maxLength={200}
          autoComplete="off"
          enterKeyHint="done"
          onChange={(event) => setTitle(event.currentTarget.value)}
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
        {planning && (
          <PlanFields
            userId={userId}
            draft={plan}
            onChange={(changes) => setPlan((current) => ({ ...current, ...changes }))}
          />
        )}
      </div>
    </form>
  )
}
