import { step } from '../../lib/host/step.ts'
import type { Figure } from './history.ts'
import { installLighthouse, lookAt } from './lighthouse.ts'
import { benchUser } from './user.ts'

/** Who looks at each page; a signed-in user has the tasks that others added for them. */
const PAGES = { '/sign-in': false, '/sign-up': false, '/': true, '/settings': true } as const
const TASKS = 20

/** Every page of the production build in Lighthouse. */
export async function measurePages(address: string, interrupted: AbortSignal): Promise<Figure[]> {
  const lighthouse = await step('page: Lighthouse', () => installLighthouse(interrupted))
  const { id, token, cookie } = await benchUser(address, address)
  for (let task = 1; task <= TASKS; task++)
    await fetch(`${address}/api/${id}/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: `Task ${task}` }),
    })
  const figures: Figure[] = []
  for (const [path, signedIn] of Object.entries(PAGES)) {
    const look = () => lookAt(lighthouse, `${address}${path}`, signedIn ? cookie : undefined, interrupted)
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
