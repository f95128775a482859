import { connect } from 'node:net'
import type { Travel } from '../../k8s/model/journey.ts'

interface Product {
  readonly id: string
  readonly left: number
}

/** A customer's way through the shop: takes the first product that is left, by the page, and puts it back. */
export const travel: Travel = async ({ urls, secrets }, { reach, step, call, undo }) => {
  const { web = '', api = '' } = urls
  const { CACHE_URL = '' } = secrets
  await reach(web, api, CACHE_URL)
  await step('be refused by the cache without its password', () => refusal(new URL(CACHE_URL)))
  await step('open the page', async () => {
    const page = await call<string>('GET', web)
    if (!page.includes('id="shelf"')) throw new Error(`this is another page: ${page.slice(0, 200)}`)
  })
  const { id, left } = await step('find a product on the shelf', async () => {
    const product = (await call<Product[]>('GET', `${web}/api/products`)).find(({ left }) => left > 0)
    if (!product) throw new Error('everything is sold out')
    return product
  })
  const order = await step('take one', () =>
    call<{ id: string }>('POST', `${web}/api/orders`, { body: { product: id }, expected: 201 }),
  )
  undo(() => call('DELETE', `${api}/api/orders/${order.id}`, { expected: 204 }))
  await step('see one less', async () => {
    const products = await call<Product[]>('GET', `${api}/api/products`)
    const now = products.find((product) => product.id === id)?.left ?? 0
    if (now >= left) throw new Error(`${now} of ${id} are left, as ${left} were before`)
  })
}

/** Ends well where the cache asks who we are. https://valkey.io/topics/protocol: an error begins with a hyphen. */
function refusal({ hostname, port }: URL): Promise<void> {
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
