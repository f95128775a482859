/** An import in a direction that is not allowed, and why it stands. This list only gets shorter. */
interface Exception {
  readonly from: string
  readonly to: string
  readonly why: string
}

const SETTINGS = 'which settings there are is not handed down yet'

export const EXCEPTIONS: readonly Exception[] = [
  {
    from: 'lib/secrets/rotation.ts',
    to: 'lib/smoke/journey.ts',
    why: "the smoke test's account outlives a rotation; both are the stack's",
  },
  { from: 'lib/shell/settings-file.ts', to: 'k8s/init-scripts.ts', why: SETTINGS },
  { from: 'lib/shell/settings-file.ts', to: 'k8s/settings.ts', why: SETTINGS },
]
