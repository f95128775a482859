import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { as, type User } from '../../../stack/tests/user.ts'
import { rows } from '../../cluster/cluster.ts'
import type { Turn, Value } from '../turns.ts'

/** What several people do at once, and what became of it. */
export interface Work {
  /** How many requests have been answered as they should be, by their kind. */
  readonly answered: ReadonlyMap<string, number>
  /** When each of the others was sent, and what it came to. */
  readonly failures: readonly string[]
  /** Who wrote what, and read what: for the checker. */
  readonly history: Turn[]
  /** Begins nothing more, and waits for what is under way. */
  readonly stop: () => Promise<void>
}

/** Of twenty turns, how many are of which kind. */
const TURNS = ['page', 'chat', ...Array.from({ length: 9 }, () => ['write', 'read'] as const).flat()] as const
type Kind = (typeof TURNS)[number]

/** Tasks that a person changes in turn. */
const TASKS = 5
/** Milliseconds that an answer may take. */
const PATIENCE = 30_000

/**
 * Has people work until they are stopped, each with one request after another and with tasks that nobody else writes.
 *
 * @param rate requests a second, of all
 */
export function work(people: readonly User[], origin: string, rate: number): Work {
  const over = new AbortController()
  const answered = new Map<Kind, number>()
  const failures: string[] = []
  const history: Turn[] = []
  const began = Date.now()
  const days = people.map(async (user, nth) => {
    const turns = turnsOf(user, origin, history)
    for (let turn = 0; !over.signal.aborted; turn++) {
      const due = began + ((turn * people.length + nth) * 1000) / rate
      await pause(Math.max(0, due - Date.now()), undefined, { signal: over.signal }).catch(() => undefined)
      const kind = TURNS[(turn + 7 * nth) % TURNS.length] ?? 'read'
      const sent = new Date().toISOString()
      try {
        await turns[kind](turn)
        answered.set(kind, (answered.get(kind) ?? 0) + 1)
      } catch (error) {
        failures.push(`${sent} ${kind}: ${reason(error)}`)
      }
    }
  })
  return {
    answered,
    failures,
    history,
    stop: async () => {
      over.abort()
      await Promise.all(days)
    },
  }
}

export function total({ answered, failures }: Work): number {
  return [...answered.values()].reduce((sum, number) => sum + number, failures.length)
}

/** What a person does in a turn of each kind. @throws where it is not answered as it should be */
function turnsOf(user: User, origin: string, history: Turn[]): Record<Kind, (turn: number) => Promise<void>> {
  const ask = <Body>(method: string, path: string, body?: unknown) =>
    as<Body>(user, origin, method, path, body, AbortSignal.timeout(PATIENCE))
  // A task is called by its key and the turn of its last change; one that may or may not have been changed is left alone.
  const tasks = Array.from({ length: TASKS }, (_, n) => ({ key: `${user.id}/${n}`, id: 0 }))
  const write = async (turn: number) => {
    const nth = turn % TASKS
    const task = tasks[nth] ?? { key: '', id: 0 }
    const value: Value = task.id !== 0 && turn % 7 === 0 ? null : `${task.key} ${turn}`
    const [method, path, expected] =
      value === null
        ? (['DELETE', `tasks/${task.id}`, 204] as const)
        : task.id === 0
          ? (['POST', 'tasks', 201] as const)
          : (['PUT', `tasks/${task.id}`, 200] as const)
    const written = { key: task.key, kind: 'write', value } as const
    try {
      const answer = await ask<{ id: number } | undefined>(
        method,
        path,
        value === null ? undefined : { title: value },
      )
      assert.equal(answer.status, expected)
      history.push({ ...written, acknowledged: true })
      task.id = value === null ? 0 : (answer.body?.id ?? 0)
    } catch (error) {
      history.push({ ...written, acknowledged: false })
      tasks[nth] = { key: `${task.key}+`, id: 0 }
      throw error
    }
  }
  return {
    page: async () => {
      const { cookie } = user
      const answer = await fetch(origin, {
        headers: { cookie },
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      })
      assert.equal(answer.status, 200)
      assert.match(await answer.text(), /<\/html>/)
    },
    chat: async () => {
      const answer = await fetch(`${origin}/api/${user.id}/chat/stream`, {
        method: 'POST',
        headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'Show me all my tasks' }),
        signal: AbortSignal.timeout(PATIENCE),
      })
      assert.equal(answer.status, 200)
      const events = await answer.text()
      // Frontend, backend, model, and the MCP server's tool, to the end.
      assert.match(events, /^event: tool_result$/m)
      assert.match(events, /^event: done$/m, events)
      assert.doesNotMatch(events, /^event: error$/m)
    },
    write,
    read: async () => {
      const { status, body } = await ask<{ title: string }[]>('GET', 'tasks')
      assert.equal(status, 200)
      history.push(
        ...tasks.map(({ key }) =>
          readOf(
            key,
            body.map(({ title }) => title),
          ),
        ),
      )
    },
  }
}

function readOf(key: string, titles: readonly string[]): Turn {
  const value = titles.find((title) => title.startsWith(`${key} `)) ?? null
  return { key, kind: 'read', value, acknowledged: true }
}

/** Adds to the history of those who have stopped what the database has of every task that they wrote. */
export async function readAtLast({ history }: Work, people: readonly User[]): Promise<void> {
  for (const { id } of people) {
    const titles = (await rows(id)).map(({ title }) => title)
    const keys = new Set(history.map(({ key }) => key).filter((key) => key.startsWith(id)))
    history.push(...[...keys].map((key) => readOf(key, titles)))
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}`
}
