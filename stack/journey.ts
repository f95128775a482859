import type { Kit, Travel } from '../k8s/model/journey.ts'

/** Who walks through the stack. */
export const SMOKE_EMAIL = 'smoke@todo.local'

interface Task {
  readonly id: number
  readonly title: string
  readonly completed: boolean
}

/** Signs in, gets a token, creates, completes and finds a task over REST, MCP, chat and SQL. */
export const travel: Travel = async ({ urls, secrets }, { reach, step, call, row, undo }) => {
  const { frontend = '', backend = '', mcp = '' } = urls
  const { DATABASE_URL = '', SMOKE_PASSWORD = '' } = secrets
  await reach(frontend, backend, mcp, DATABASE_URL)
  const title = `Smoke test ${new Date().toISOString()}`

  const cookie = await step('sign in', () => signIn(frontend, SMOKE_PASSWORD))
  const { token } = await step('get a token', () =>
    call<{ token: string }>('GET', `${frontend}/api/auth/token`, { headers: { cookie } }),
  )
  const headers = { authorization: `Bearer ${token}` }
  const user = userOf(token)
  const own = `${backend}/api/${user}`
  const remove = (path: string) => undo(() => call('DELETE', `${own}/${path}`, { headers, expected: 204 }))

  await step('be refused without a token', () => call('GET', `${own}/tasks`, { expected: 401 }))
  const task = await step('create a task', () =>
    call<Task>('POST', `${own}/tasks`, { headers, body: { title }, expected: 201 }),
  )
  remove(`tasks/${task.id}`)
  await step('complete it', async () => {
    const changed = await call<Task>('PATCH', `${own}/tasks/${task.id}/complete`, { headers })
    if (!changed.completed) throw new Error(`task ${task.id} came back as not completed`)
  })
  await step("list it through the frontend's proxy", async () => {
    const listed = await call<Task[]>('GET', `${frontend}/api/${user}/tasks?status=completed`, { headers })
    if (!listed.some(({ id }) => id === task.id)) throw new Error(`task ${task.id} is not in the list`)
  })
  await step('list it with the MCP tool', async () => {
    const answer = await listByTool(call, `${mcp}/mcp`, headers, user)
    if (!answer.includes(`${task.id}`)) throw new Error(`task ${task.id} is not in ${answer.slice(0, 300)}`)
  })
  await step('ask the assistant for a task', async () => {
    const words = { headers, body: { message: `Add a task called ${title} by chat` } }
    const answer = await call<{ conversation_id: number; response: string }>('POST', `${own}/chat`, words)
    remove(`conversations/${answer.conversation_id}`)
    if (!answer.response) throw new Error('the answer is empty')
    const all = await call<Task[]>('GET', `${own}/tasks`, { headers })
    const byChat = all.filter((other) => other.title === `${title} by chat`)
    for (const { id } of byChat) remove(`tasks/${id}`)
    // The stand-in model answers the same each time; a real one may word it otherwise.
    if (urls['assistant-stub'] && byChat.length !== 1)
      throw new Error(`it made ${byChat.length} tasks, and answered: ${answer.response}`)
  })
  await step('find the row in PostgreSQL', async () => {
    const stored = await row<Task>(DATABASE_URL, 'SELECT title, completed FROM tasks WHERE id = $1', [
      task.id,
    ])
    if (stored?.title !== title || stored.completed !== true)
      throw new Error(`task ${task.id} is stored as ${JSON.stringify(stored)}`)
  })
}

/** @returns the session's cookie */
async function signIn(frontend: string, password: string): Promise<string> {
  const post = (path: string, body: object) =>
    fetch(`${frontend}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: SMOKE_EMAIL, password, ...body }),
      signal: AbortSignal.timeout(60_000),
    })
  const known = await post('sign-in/email', {})
  const answer = known.ok ? known : await post('sign-up/email', { name: 'Smoke test' })
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  if (answer.ok) return cookies.join('; ')
  const both = `sign-in was answered ${known.status}, sign-up ${answer.status} ${(await answer.text()).slice(0, 200)}`
  const userHasOtherPassword = known.status === 401 && answer.status < 500
  throw new Error(
    userHasOtherPassword ? `${both} — mend it with: npm run secrets -- --rotate SMOKE_PASSWORD` : both,
  )
}

/** @returns what the MCP server's tool says about this user's tasks */
async function listByTool(
  call: Kit['call'],
  url: string,
  auth: Readonly<Record<string, string>>,
  user: string,
): Promise<string> {
  const { error, result } = await call<{ error?: unknown; result?: { isError?: boolean } }>('POST', url, {
    headers: { ...auth, accept: 'application/json, text/event-stream' },
    body: {
      ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
      params: { name: 'list_tasks', arguments: { user_id: user } },
    },
  })
  const answer = JSON.stringify(result ?? error)
  if (error || result?.isError) throw new Error(`the tool failed: ${answer.slice(0, 300)}`)
  return answer
}

/** The user's id, which the token carries. Not verified here: the services do that. */
export function userOf(token: string): string {
  const payload: { sub: string } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return payload.sub
}
