import type { Bench } from '../../k8s/model/bench.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import type { Application } from '../../lib/stack/application.ts'

/** An application and what of it is measured. */
export interface Measured extends Application {
  readonly measures: Bench
}

/** @throws Refusal where its folder does not say what there is to measure */
export async function measured(application: Application): Promise<Measured> {
  const measures = await application.bench()
  if (measures) return { ...application, measures }
  throw new Refusal(
    `There is no bench.ts in ${application.folder}.`,
    'say there what is measured, as stack/bench.ts does',
  )
}
