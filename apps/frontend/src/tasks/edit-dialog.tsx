'use client'

import { Button, Textarea, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconArrowsSplit2 } from '@tabler/icons-react'
import { type FormEvent, useRef, useState } from 'react'
import { isSeen, refuseUnseen } from '@/client/seen'
import { Dialog } from '@/design/dialog'
import { Note } from '@/design/note'
import { useClock } from './clock'
import { dueAs } from './due'
import style from './edit-dialog.module.css'
import PlanFields from './plan-fields'
import { changesIn, type Draft, draftOf, finished, type Task } from './task'

interface EditDialogProps {
  userId: string
  /** As the server has it. */
  task: Task
  /** What the fields start with. */
  draft: Draft
  /** Whether somebody else has saved the task while `draft` was written. */
  changedElsewhere: boolean
  onClose: () => void
  onSave: (task: Task, draft: Draft) => void
  /** Drops the draft for what the server has. */
  onTheirs: (task: Task) => void
}

/** All there is to say of a task. Closes by a slip only as long as nothing would be lost. */
export default function EditDialog({
  userId,
  task,
  draft: start,
  changedElsewhere,
  onClose,
  onSave,
  onTheirs,
}: EditDialogProps) {
  const [draft, setDraft] = useState(start)
  const [warned, setWarned] = useState(false)
  const title = useRef<HTMLInputElement>(null)

  function close() {
    if (Object.keys(changesIn(finished(draft), task)).length > 0) setWarned(true)
    else onClose()
  }

  function change(changes: Partial<Draft>) {
    setDraft((current) => ({ ...current, ...changes }))
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    const saved = finished(draft)
    if (isSeen(saved.title)) onSave(task, saved)
    else refuseUnseen(title.current, draft.title)
  }

  return (
    <Dialog title="Edit task" size="lg" onClose={close}>
      <form onSubmit={submit} className={style.form}>
        <div role="alert">
          {changedElsewhere && <Theirs task={task} mine={draft} onTheirs={() => onTheirs(task)} />}
        </div>
        <TextInput
          ref={title}
          label="Title"
          dir="auto"
          value={draft.title}
          required
          withAsterisk={false}
          maxLength={200}
          data-autofocus
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          dir="auto"
          classNames={{ input: style.description }}
          value={draft.description ?? ''}
          maxLength={1000}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <PlanFields userId={userId} draft={draft} onChange={change} />
        <div role="alert">
          {warned && (
            <div ref={intoView}>
              <Note tone="mind" icon={<IconAlertTriangle size={18} aria-hidden />}>
                <p>What you changed is not saved yet. Save it, or cancel to drop it.</p>
              </Note>
            </div>
          )}
        </div>
        <div className={style.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">{changedElsewhere ? 'Save mine' : 'Save'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function intoView(element: Element | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

const facts = [
  ['title', 'Title'],
  ['description', 'Description'],
  ['priority', 'Priority'],
  ['due_at', 'Due'],
  ['recurrence', 'Repeats'],
  ['tags', 'Tags'],
] as const satisfies [keyof Draft, string][]

/** What the other version says where it differs, and the way to take it instead. */
function Theirs({ task, mine, onTheirs }: { task: Task; mine: Draft; onTheirs: () => void }) {
  const clock = useClock()
  const theirs = draftOf(task)
  const word = (fact: keyof Draft, value: Draft[keyof Draft]) => {
    if (value === null || value.length === 0) return 'none'
    return fact === 'due_at' ? dueAs(String(value), clock).text : String(value)
  }
  const different = facts.filter(([fact]) => word(fact, theirs[fact]) !== word(fact, mine[fact]))
  return (
    <Note tone="mind" icon={<IconArrowsSplit2 size={18} aria-hidden />} title="Changed elsewhere">
      <p>
        This task was saved somewhere else in the meantime. There it{' '}
        {task.completed ? 'is completed' : 'is pending'}
        {different.length > 0 ? ', with:' : ', and otherwise says the same as yours.'}
      </p>
      {different.length > 0 && (
        <dl className={style.theirs}>
          {different.map(([fact, label]) => (
            <div key={fact}>
              <dt>{label}</dt>
              <dd dir="auto">{word(fact, theirs[fact])}</dd>
            </div>
          ))}
        </dl>
      )}
      <Button size="xs" variant="default" onClick={onTheirs}>
        Take that one
      </Button>
    </Note>
  )
}
