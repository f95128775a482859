import { step } from '../../lib/host/step.ts'
import { ask } from './api.ts'
import type { BenchFigure } from './history.ts'
import { installLighthouse, lookAt } from './lighthouse.ts'
import type { Rig } from './rig.ts'
import { signUp } from './user.ts'

/** Every page of the production build in Lighthouse. */
export async function measurePages(rig: Rig, address: string): Promise<BenchFigure[]> {
  const { pages = { paths: { '/': false }, before: [] } } = rig.measures
  const lighthouse = await step('page: Lighthouse', () => installLighthouse(rig.interrupted))
  const user = await signUp(rig, address)
  if (user) for (const request of pages.before) await ask(address, user, request)
  const figures: BenchFigure[] = []
  for (const [path, signedIn] of Object.entries(pages.paths)) {
    const look = () =>
      lookAt(lighthouse, `${address}${path}`, signedIn ? user?.cookie : undefined, rig.interrupted)
    const { accessibility, paint, blocked, shift, scripts } = await step(`page: ${path}`, look)
    figures.push(
      { what: `${path}: accessibility, of 100`, samples: [accessibility] },
      { what: `${path}: largest contentful paint`, samples: [paint] },
      { what: `${path}: total blocking time`, samples: [blocked] },
      { what: `${path}: cumulative layout shift, of 1,000`, samples: [shift * 1000] },
      { what: `${path}: scripts, kB gzipped`, samples: [scripts / 1000] },
    )
  }
  return figures
}
