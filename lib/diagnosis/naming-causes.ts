import type { SecretValues } from '../../k8s/settings.ts'
import { openApi } from '../cluster/api.ts'
import { colour, report } from '../shell/command.ts'
import type { Application } from '../stack/application.ts'
import { findingLines } from './say-finding.ts'
import { watchCauses } from './watch.ts'

/** Set while somebody names causes beside, so that nobody names them again. */
export const NAMED_BY = 'CAUSES_NAMED_BY'

/**
 * Names on standard error what goes wrong in the cluster, and what no longer does, while an action goes on.
 *
 * @param application what is deployed there
 * @param given secret values that must not be shown
 * @returns what the action gives
 */
export async function namingCauses<Result>(
  context: string,
  application: Pick<Application, 'stack' | 'causes'>,
  given: SecretValues,
  action: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  process.env[NAMED_BY] = String(process.pid)
  const watching = watchCauses(
    openApi(context, over.signal),
    { ...application, secrets: Object.values(given) },
    ({ fresh, gone }) => {
      for (const finding of fresh) console.error(findingLines(finding, process.stderr).join('\n'))
      for (const { message } of gone)
        console.error(`${colour('green', '✓', process.stderr)} no more: ${message}`)
    },
    over.signal,
  ).catch(report)
  try {
    return await action()
  } finally {
    delete process.env[NAMED_BY]
    over.abort()
    await watching
  }
}
