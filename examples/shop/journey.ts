import { connect } from 'node:net'
import type { Step, Way } from '../../k8s/model/journey.ts'

interface Product {
  readonly id: string
  readonly left: number
}

/**
 * A customer's way through the shop: takes the first product that is left, by the page, and puts it back.
 *
 * @throws Error that names the step, and what came back
 */
export async function travel({ urls, secrets }: Way, report: (step: Step) => void): Promise<void> {
  const { web = '', api = '' } = urls
  const step = async <Result>(name: string, action: () => Promise<Result>): Promise<Result> => {
    const began = performance.now()
    const result = await action().catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`)
    })
    report({ step: name, milliseconds: Math.round(performance.now() - began) })
    return result
  }
  const left = async (id: string) => {
    const products = await ask<Product[]>(`${api}/api/products`)
    return products.find((product) => product.id === id)?.left ?? 0
  }

  await step('be refused by the cache without its password', () => refused(new URL(secrets.CACHE_URL ?? '')))
  await step('open the page', async () => {
    const page = await (await fetch(web, { signal: AbortSignal.timeout(10_000) })).text()
    if (!page.includes('id="shelf"')) throw new Error(`this is another page: ${page.slice(0, 200)}`)
  })
  const { id, left: before } = await step('find a product on the shelf', async () => {
    const product = (await ask<Product[]>(`${web}/api/products`)).find(({ left }) => left > 0)
    if (!product) throw new Error('everything is sold out')
    return product
  })
  const order = await step('take one', () =>
    ask<{ id: string }>(`${web}/api/orders`, { method: 'POST', body: JSON.stringify({ product: id }) }),
  )
  try {
    await step('see one less', async () => {
      const now = await left(id)
      if (now >= before) throw new Error(`${now} of ${id} are left, as ${before} were before`)
    })
  } finally {
    await ask(`${api}/api/orders/${order.id}`, { method: 'DELETE' })
  }
}

async function ask<Answer>(url: string, request: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${text.slice(0, 200)}`)
  return (text ? JSON.parse(text) : undefined) as Answer
}

/** https://valkey.io/topics/protocol: an error begins with a hyphen. */
function refused({ hostname, port }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('GET taken\r\n'))
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject).once('data', (answer) => {
      socket.destroy()
      if (`${answer}`.startsWith('-NOAUTH')) resolve()
      else reject(new Error(`it answered ${answer}`))
    })
  })
}
