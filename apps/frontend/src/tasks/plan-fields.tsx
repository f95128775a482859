'use client'

import { Button, NativeSelect, TagsInput, TextInput } from '@mantine/core'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Pill.layer.css'
import '@mantine/core/styles/PillsInput.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/ScrollArea.layer.css'
import { useQuery } from '@tanstack/react-query'
import { isSeen } from '@/client/seen'
import { asLocalInput, fromLocalInput, inDays } from './due'
import style from './plan-fields.module.css'
import { tagsQuery } from './queries'
import { type Draft, type Priority, priorities, type Recurrence, recurrences } from './task'

const mostTags = 10
const longestTag = 30
const morning = 9

const soon = [
  { label: 'Today', days: 0, hour: 18 },
  { label: 'Tomorrow', days: 1, hour: morning },
  { label: 'Next week', days: 7, hour: morning },
]

interface PlanFieldsProps {
  userId: string
  draft: Draft
  onChange: (changes: Partial<Draft>) => void
}

/** Priority, due date, recurrence and tags of a task. */
export default function PlanFields({ userId, draft, onChange }: PlanFieldsProps) {
  const tags = useQuery(tagsQuery(userId))
  const full = draft.tags.length >= mostTags

  return (
    <div className={style.fields}>
      <NativeSelect
        className={style.short}
        label="Priority"
        data={priorities}
        value={draft.priority}
        onChange={(event) => onChange({ priority: event.currentTarget.value as Priority })}
      />
      <div className={style.due}>
        <TextInput
          label="Due"
          type="datetime-local"
          min="1970-01-02T00:00"
          max="9999-12-30T23:59"
          value={asLocalInput(draft.due_at)}
          onChange={(event) => onChange({ due_at: fromLocalInput(event.currentTarget.value) })}
        />
        <div className={style.soon}>
          {soon.map(({ label, days, hour }) => (
            <Button
              key={label}
              size="compact-xs"
              variant="default"
              onClick={() => onChange({ due_at: inDays(days, hour) })}
            >
              {label}
            </Button>
          ))}
          {draft.due_at && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => onChange({ due_at: null })}
            >
              None
            </Button>
          )}
        </div>
      </div>
      <NativeSelect
        className={style.short}
        label="Repeats"
        data={[{ value: '', label: 'Never' }, ...recurrences]}
        value={draft.recurrence ?? ''}
        disabled={!draft.due_at}
        description={draft.due_at ? undefined : 'Needs a due date'}
        inputWrapperOrder={['label', 'input', 'description']}
        onChange={(event) =>
          onChange({ recurrence: (event.currentTarget.value || null) as Recurrence | null })
        }
      />
      <TagsInput
        className={style.tags}
        label="Tags"
        placeholder={draft.tags.length ? undefined : 'Type one and press Enter'}
        data={(tags.data ?? []).map(({ tag }) => tag)}
        value={draft.tags}
        maxTags={mostTags}
        // What is typed on would be dropped without a word, and Enter after it would save the task.
        maxLength={full ? 0 : longestTag}
        onKeyDown={(event) => full && event.key === 'Enter' && event.preventDefault()}
        description={full ? `No more than ${mostTags}` : undefined}
        inputWrapperOrder={['label', 'input', 'description']}
        splitChars={[',']}
        acceptValueOnBlur
        comboboxProps={{ withinPortal: true, zIndex: 1_100 }}
        onChange={(tags) => onChange({ tags: tags.filter(isSeen) })}
      />
    </div>
  )
}
