import type { Bench } from '../../k8s/model/bench.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import type { Application } from '../../lib/stack/application.ts'

/** An application, what of it is measured, and what ends that. */
export interface Rig extends Application {
  readonly measures: Bench
  readonly interrupted: AbortSignal
}

/** @throws Refusal where its folder does not say what there is to measure */
export async function rigOf(application: Application, interrupted: AbortSignal): Promise<Rig> {
  const measures = await application.bench()
  if (measures) return { ...application, measures, interrupted }
  throw new Refusal(
    `There is no bench.ts in ${application.folder}.`,
    'say there what is measured, as stack/bench.ts does',
  )
}
