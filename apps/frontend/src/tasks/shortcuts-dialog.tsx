'use client'

import { Kbd, Switch } from '@mantine/core'
import '@mantine/core/styles/Kbd.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Switch.layer.css'
import { useState } from 'react'
import { Dialog } from '@/design/dialog'
import { shortcuts } from './shortcuts'
import style from './shortcuts-dialog.module.css'
import { lettersAreOn, setLetters } from './use-shortcuts'

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [letters, setOn] = useState(lettersAreOn)
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={style.list}>
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className={style.shortcut}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label="Single-key shortcuts"
        description="Off, keys such as n and / do nothing by themselves."
        checked={letters}
        onChange={(event) => {
          setOn(event.currentTarget.checked)
          setLetters(event.currentTarget.checked)
        }}
      />
    </Dialog>
  )
}
