import type { User } from '../../../stack/tests/user.ts'
import type { Turn, Value } from '../../proof/turns.ts'

/** How many of a kind were sent, and each that was not answered as it should be. */
export interface Tally {
  readonly sent: Map<string, number>
  readonly failures: string[]
}

/** Until it is told to stop, does what a person does, one thing after another, and writes down what came of it. */
export class Worker {
  readonly history: Turn[] = []
  readonly user: User
  readonly origin: string
  readonly tally: Tally
  readonly #tasks = new Map<string, number>()
  #number = 0

  constructor(user: User, origin: string, tally: Tally) {
    this.user = user
    this.origin = origin
    this.tally = tally
  }

  /** One round: a page, a new task, its new name, a look at it, now and then its end and a sentence to the assistant. */
  async round(): Promise<void> {
    const key = `${this.user.id}/${this.#number++}`
    await this.#ask('page', 'GET', '/sign-in')
    await this.#create(key)
    await this.#rename(key)
    await this.read(key)
    if (this.#number % 3 === 0) await this.#delete(key)
    if (this.#number % 5 === 0) await this.#chat()
  }

  /** Reads every task of this worker. */
  async readAll(): Promise<void> {
    for (const key of this.#tasks.keys()) await this.read(key)
  }

  async read(key: string): Promise<void> {
    const id = this.#tasks.get(key)
    if (id === undefined) return
    const answer = await this.#ask('read', 'GET', `/api/${this.user.id}/tasks/${id}`, undefined, [200, 404])
    if (!answer) return
    const value = answer.status === 404 ? null : (JSON.parse(answer.text) as { title: string }).title
    this.history.push({ key, kind: 'read', value, acknowledged: true })
  }

  async #create(key: string): Promise<void> {
    const title = `${key} first`
    const answer = await this.#ask('write', 'POST', `/api/${this.user.id}/tasks`, { title }, [201])
    // Without its number it cannot be asked for.
    if (!answer) return
    this.#tasks.set(key, (JSON.parse(answer.text) as { id: number }).id)
    this.#wrote(key, title, true)
  }

  async #rename(key: string): Promise<void> {
    const id = this.#tasks.get(key)
    if (id === undefined) return
    const title = `${key} second`
    this.#wrote(
      key,
      title,
      !!(await this.#ask('write', 'PUT', `/api/${this.user.id}/tasks/${id}`, { title })),
    )
  }

  async #delete(key: string): Promise<void> {
    const id = this.#tasks.get(key)
    if (id === undefined) return
    const answer = await this.#ask('write', 'DELETE', `/api/${this.user.id}/tasks/${id}`, undefined, [204])
    this.#wrote(key, null, !!answer)
  }

  /** Through the backend to the model and the MCP server; its stream has to come to its end. */
  async #chat(): Promise<void> {
    const message = 'Show me my pending tasks'
    const answer = await this.#ask('chat stream with a tool', 'POST', `/api/${this.user.id}/chat/stream`, {
      message,
    })
    if (answer && (!/^event: done$/m.test(answer.text) || /^event: error$/m.test(answer.text)))
      this.tally.failures.push(`chat stream: ${answer.text.slice(-300)}`)
  }

  #wrote(key: string, value: Value, acknowledged: boolean): void {
    this.history.push({ key, kind: 'write', value, acknowledged })
  }

  /** @returns nothing where it failed */
  async #ask(kind: string, method: string, path: string, body?: object, wanted: readonly number[] = [200]) {
    this.tally.sent.set(kind, (this.tally.sent.get(kind) ?? 0) + 1)
    const sent = new Date().toISOString()
    try {
      const answer = await fetch(this.origin + path, {
        method,
        headers: { authorization: `Bearer ${this.user.token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(30_000),
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await answer.text()
      if (wanted.includes(answer.status)) return { status: answer.status, text }
      this.tally.failures.push(`${sent} ${method} ${kind}: ${answer.status} ${text.slice(0, 200)}`)
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
      this.tally.failures.push(`${sent} ${method} ${kind}: ${error}${cause}`)
    }
    return undefined
  }
}

/** How many requests a tally has. */
export const total = ({ sent }: Tally) => [...sent.values()].reduce((sum, one) => sum + one, 0)
