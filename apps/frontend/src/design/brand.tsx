/** The mark; icon.svg is the same one with colours of its own. */
export function Brand({ size = 1.625 }: { /** In rem. */ size?: number }) {
  return (
    <svg width={`${size}rem`} height={`${size}rem`} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect x="2" y="2" width="28" height="28" rx="9" fill="currentColor" />
      <path
        d="m9.5 16.5 4.5 4.5 9-10"
        stroke="var(--panel)"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
