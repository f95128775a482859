interface Product {
  readonly id: string
  readonly name: string
  readonly cents: number
  readonly left: number
}
interface Order {
  readonly id: string
  readonly product: string
}

const euros = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' })
const [notice, shelf, empty, basket] = ['notice', 'shelf', 'empty', 'basket'].map(
  (id) => document.getElementById(id) as HTMLElement,
) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement]
const template = document.querySelector('template') as HTMLTemplateElement
const names = new Map<string, string>()

/** @throws Error with a sentence for the customer */
async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const request = body ? { method, body: JSON.stringify(body) } : { method }
  const response = await fetch(`/api/${path}`, request).catch(() => undefined)
  if (!response) throw new Error('The shop cannot be reached.')
  const answer = await response.json().catch(() => undefined)
  if (response.ok) return answer
  throw new Error(answer?.error ?? answer?.detail ?? `The API does not answer (${response.status}).`)
}

/** Does something for the customer, then shows the shelf as it is, or what went wrong. */
async function attempt(action: () => Promise<string>): Promise<void> {
  try {
    const sentence = await action()
    for (const product of await ask<Product[]>('GET', 'products')) show(product)
    if (sentence || notice.classList.contains('failed')) notice.textContent = sentence
    notice.classList.remove('failed')
  } catch (error) {
    notice.textContent = (error as Error).message
    notice.classList.add('failed')
  }
}

function show({ id, name, cents, left }: Product): void {
  names.set(id, name)
  const row = document.getElementById(id) ?? addRow(shelf, id, name, 'Take one', () => take(id))
  row.querySelector('.detail')?.replaceChildren(`${euros.format(cents / 100)}, ${left} left`)
  row.querySelector('button')?.toggleAttribute('disabled', left < 1)
}

async function take(product: string): Promise<string> {
  const { id } = await ask<Order>('POST', 'orders', { product })
  const name = names.get(product) ?? product
  const row = addRow(basket, id, name, 'Put back', async () => {
    await ask('DELETE', `orders/${id}`)
    row.remove()
    empty.hidden = basket.childElementCount > 0
    return `${name} is back on the shelf.`
  })
  empty.hidden = true
  return `${name} is yours.`
}

function addRow(list: Element, id: string, name: string, verb: string, action: () => Promise<string>) {
  const row = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement
  const button = row.querySelector('button') as HTMLButtonElement
  row.id = id
  row.querySelector('.name')?.append(name)
  button.append(verb)
  button.setAttribute('aria-label', `${verb}: ${name}`)
  button.addEventListener('click', () => attempt(action))
  list.append(row)
  return row
}

const look = () => attempt(async () => '')
setInterval(look, 3000)
await look()
