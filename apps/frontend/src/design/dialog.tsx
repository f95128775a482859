'use client'

import { Modal, type ModalRootProps } from '@mantine/core'
import type { ReactNode } from 'react'
import style from './dialog.module.css'
import './modal'

interface DialogProps {
  title: string
  size?: ModalRootProps['size']
  onClose: () => void
  children: ReactNode
}

/** A dialog, open as long as it is there. Where the focus goes afterwards is the caller's to say. */
export function Dialog({ title, size = 'md', onClose, children }: DialogProps) {
  return (
    <Modal.Root opened size={size} onClose={onClose} returnFocus={false}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Else its <header> would count as a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title className={style.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
