import type { SecretValues, Settings } from '../../k8s/settings.ts'

/** A store on this machine, whatever runs it. Its data and its process outlive this process. */
export interface HostStore {
  readonly name: string
  /**
   * Starts it, and waits until it answers.
   *
   * @returns false when it was running already
   * @throws Refusal when it cannot be had, or does not start; the signal's reason
   */
  readonly start: (
    settings: Settings,
    values: SecretValues,
    secretsFolder: string,
    interrupted: AbortSignal,
  ) => Promise<boolean>
  /** @returns false when it was not running */
  readonly stop: () => Promise<boolean>
  readonly dataExists: () => boolean
  /** Removes its data; it has to be stopped. */
  readonly remove: () => void
}
