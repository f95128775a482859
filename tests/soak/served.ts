import { signUp } from '../../stack/tests/user.ts'
import { type Answer, askInside, inNamespace, type Request } from '../cluster/cluster.ts'
import { CLUSTER, inside, OUTSIDE, pageView, type View } from './views.ts'

const PATIENCE_MS = 15_000

/** What somebody who looks from outside finds; status 0 where nobody answers. */
export interface Seen {
  readonly status: number
  readonly text: string | undefined
}

/** Looks at the stack as its users do. */
export interface Served {
  /** @returns what there is to see of these sights; nothing of those that could not be looked at */
  readonly look: (sights: ReadonlySet<string>) => Promise<Map<string, Seen>>
}

/** @param origin where users of the looks sign up: the page as the cluster publishes it */
export function served(origin: string): Served {
  const token = renewed(async () => (await signUp(origin)).token)
  return {
    look: async (sights) => {
      const pages = [...sights].flatMap(pageView)
      const wanted = (views: readonly View[]) =>
        views.filter((view) => Object.keys(view.sights).some((sight) => sights.has(sight)))
      const outside = wanted([...OUTSIDE, ...pages])
      const answers = await Promise.all([
        ...outside.map(async (view) => seen(view, await ask(view.request))),
        lookAtCluster(sights),
        lookInside(
          wanted(inside('')).length > 0
            ? async () => wanted(inside(await token().catch(() => '')))
            : undefined,
        ),
      ])
      return new Map(answers.flatMap((one) => [...one]).filter(([sight]) => sights.has(sight)))
    },
  }
}

async function lookAtCluster(sights: ReadonlySet<string>): Promise<Map<string, Seen>> {
  const wanted = Object.entries(CLUSTER).filter(([sight]) => sights.has(sight))
  const seen = wanted.map(async ([sight, words]): Promise<[string, Seen][]> => {
    try {
      return [[sight, { status: 200, text: await inNamespace('get', ...words) }]]
    } catch {
      return []
    }
  })
  return new Map((await Promise.all(seen)).flat())
}

async function lookInside(views: (() => Promise<readonly View[]>) | undefined): Promise<Map<string, Seen>> {
  if (!views) return new Map()
  try {
    const wanted = await views()
    const answers = await askInside(wanted.map(({ request }) => request))
    return new Map(wanted.flatMap((view, index) => [...seen(view, answers[index])]))
  } catch {
    // The backend's pod is just being replaced: nobody could look.
    return new Map()
  }
}

function seen({ sights }: View, answer: Answer | undefined): Map<string, Seen> {
  const { status, text } = answer ?? { status: 0, text: '' }
  return new Map(
    Object.entries(sights).map(([sight, read]) => [
      sight,
      { status, text: status === 200 ? read(text) : undefined },
    ]),
  )
}

async function ask({ method, url }: Request): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(url, { method, signal, redirect: 'manual', headers: { connection: 'close' } })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return { status: 0, text: '' }
  }
}

/** A token is good for 15 minutes. */
function renewed(make: () => Promise<string>): () => Promise<string> {
  let known: { readonly token: string; readonly until: number } | undefined
  return async () => {
    if (!known || known.until < Date.now()) known = { token: await make(), until: Date.now() + 10 * 60_000 }
    return known.token
  }
}
