import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import '@mantine/core/styles/PasswordInput.layer.css'

interface SecretInputProps {
  label: string
  name: string
  isNew?: boolean
  size?: PasswordInputProps['size']
}

/** A field for a password that is there, or for a new one. */
export function SecretInput({ label, name, isNew = false, size = 'sm' }: SecretInputProps) {
  return (
    <PasswordInput
      label={label}
      name={name}
      size={size}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      description={isNew ? 'At least 8 characters' : undefined}
      minLength={isNew ? 8 : undefined}
      maxLength={128}
      // Without the word "password", which is the field's own.
      visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed', 'aria-hidden': false, tabIndex: 0 }}
      withAsterisk={false}
      required
    />
  )
}
