'use client'

/** What is shown when the page itself fails, which is a defect of ours. Without components: it is part of every first load. */
export default function PageFailed({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="notice">
      <h1>This page failed</h1>
      <p>The fault is ours. What you had saved is safe.</p>
      <button type="button" onClick={reset}>
        Try again
      </button>
    </main>
  )
}
