import { IconCloudOff } from '@tabler/icons-react'
import { onlineManager } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Note } from '@/design/note'

function subscribe(changed: () => void): () => void {
  return onlineManager.subscribe(changed)
}

/** Says that there is no connection, and what that means for changes. */
export function OfflineNote() {
  const online = useSyncExternalStore(
    subscribe,
    () => onlineManager.isOnline(),
    () => true,
  )
  return (
    <div role="status">
      {!online && (
        <Note tone="mind" title="You are offline" icon={<IconCloudOff size={18} aria-hidden />}>
          <p>What you change is sent when the connection is back. Keep this page open until then.</p>
        </Note>
      )}
    </div>
  )
}
