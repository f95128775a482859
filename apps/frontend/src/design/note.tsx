import type { ReactNode } from 'react'
import style from './note.module.css'

interface NoteProps {
  tone: 'bad' | 'mind'
  icon: ReactNode
  title?: string | undefined
  children: ReactNode
}

/** A boxed remark. Mantine's Alert would bring four times as much into the first load. */
export function Note({ tone, icon, title, children }: NoteProps) {
  return (
    <div className={style.note} data-tone={tone}>
      {icon}
      <div className={style.text}>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  )
}
