/**
 * One user's way through the whole stack, as a single file that needs nothing but Node and `pg`: it is the program of a
 * pod or a container of its own, or runs in the command's own process on the host target.
 */
export const SMOKE_EMAIL = 'smoke@todo.local'

/** Milliseconds that removing what was made may take after a step that failed. */
const CLEANING_MS = 5_000

/** Milliseconds that the programs may take to become reachable. */
const REACHING_MS = 20_000

interface Way {
  /** Where each program of the stack answers, as the others know it. */
  readonly urls: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

interface Step {
  readonly step: string
  readonly milliseconds: number
}

interface Task {
  id: number
  title: string
  completed: boolean
}

/**
 * Waits until connections can be opened: a network plugin that enforces policies refuses a new pod until it has learnt of it.
 *
 * @param urls whose host and port are meant
 * @throws Error that names the one that could not be reached in time, and no user or password of its URL
 */
export async function reachable(urls: readonly string[], milliseconds = REACHING_MS): Promise<void> {
  const { connect } = await import('node:net')
  const { setTimeout: pause } = await import('node:timers/promises')
  const deadline = Date.now() + milliseconds
  const open = ({ hostname, port }: URL) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port || 5432), timeout: 2000 })
      socket
        .once('connect', () => resolve(void socket.destroy()))
        .once('timeout', () => socket.destroy(new Error('no answer')))
        .once('error', reject)
    })
  const reach = async (url: URL) => {
    for (;;)
      try {
        return await open(url)
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`reach ${url.host}: ${(error as Error).message}`)
        await pause(200)
      }
  }
  await Promise.all(urls.map((url) => reach(new URL(url))))
}

/**
 * Signs in, gets a token, creates, completes and finds a task over REST, MCP, chat and SQL; then removes what it made.
 *
 * @param report is called after each step that passed
 * @throws Error that names the step, what was asked, and what came back
 */
export async function travel({ urls, secrets }: Way, report: (step: Step) => void): Promise<void> {
  const { frontend = '', backend = '', mcp = '' } = urls
  const { DATABASE_URL = '', SMOKE_PASSWORD = '' } = secrets
  await reachable([frontend, backend, mcp, DATABASE_URL])
  const title = `Smoke test ${new Date().toISOString()}`
  let auth: Record<string, string> = {}
  let tasks = ''
  let conversation: number | undefined
  const created: number[] = []

  const step = async <Result>(name: string, action: () => Promise<Result>): Promise<Result> => {
    const started = performance.now()
    try {
      const result = await action()
      report({ step: name, milliseconds: Math.round(performance.now() - started) })
      return result
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
    }
  }

  const cleanUp = async () => {
    for (const id of created) await call('DELETE', `${tasks}/${id}`, { headers: auth, expected: 204 })
    if (conversation !== undefined)
      await call('DELETE', `${tasks.replace(/tasks$/, 'conversations')}/${conversation}`, {
        headers: auth,
        expected: 204,
      })
  }
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref())

  try {
    const cookie = await step('sign in', () => signIn(frontend, SMOKE_PASSWORD))
    const { token } = await step('get a token', () =>
      call<{ token: string }>('GET', `${frontend}/api/auth/token`, { headers: { cookie } }),
    )
    auth = { authorization: `Bearer ${token}` }
    const user = subject(token)
    tasks = `${backend}/api/${user}/tasks`

    await step('be refused without a token', () => call('GET', tasks, { expected: 401 }))
    const task = await step('create a task', () =>
      call<Task>('POST', tasks, { headers: auth, body: { title }, expected: 201 }),
    )
    created.push(task.id)
    await step('complete it', async () => {
      const changed = await call<Task>('PATCH', `${tasks}/${task.id}/complete`, { headers: auth })
      if (!changed.completed) throw new Error(`task ${task.id} came back as not completed`)
    })
    await step("list it through the frontend's proxy", async () => {
      const listed = await call<Task[]>('GET', `${frontend}/api/${user}/tasks?status=completed`, {
        headers: auth,
      })
      if (!listed.some(({ id }) => id === task.id)) throw new Error(`task ${task.id} is not in the list`)
    })
    await step('list it with the MCP tool', () => listWithTool(mcp, auth, user, task.id))
    await step('ask the assistant for a task', async () => {
      const answer = await call<{
        conversation_id: number
        response: string
        tool_calls: { output: unknown }[]
      }>('POST', `${backend}/api/${user}/chat`, {
        headers: auth,
        body: { message: `Add a task called ${title} by chat` },
      })
      conversation = answer.conversation_id
      if (!answer.response) throw new Error('the answer is empty')
      const all = await call<Task[]>('GET', tasks, { headers: auth })
      const byChat = all.filter((other) => other.title === `${title} by chat`)
      created.push(...byChat.map(({ id }) => id))
      // The stand-in model answers the same each time; a real one may word it otherwise.
      if (urls['assistant-stub'] && byChat.length !== 1)
        throw new Error(`it made ${byChat.length} tasks; it said: ${answer.response}`)
    })
    await step('find the row in PostgreSQL', () => findRow(DATABASE_URL, task.id, title))
  } catch (error) {
    // What broke the step may break this too, or leave it without an answer: the step is what to tell.
    await Promise.race([cleanUp(), pause(CLEANING_MS)]).catch(() => undefined)
    throw error
  }
  await cleanUp().catch((error: Error) => {
    throw new Error(`remove what it made: ${error.message}`)
  })
}

/** @returns the session's cookie */
async function signIn(frontend: string, password: string): Promise<string> {
  const post = (path: string, body: unknown) =>
    fetch(`${frontend}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
  const known = await post('sign-in/email', { email: SMOKE_EMAIL, password })
  if (known.ok) return cookies(known)
  const fresh = await post('sign-up/email', { name: 'Smoke test', email: SMOKE_EMAIL, password })
  if (fresh.ok) return cookies(fresh)
  const said = `sign-in was answered ${known.status}, sign-up ${fresh.status} ${(await fresh.text()).slice(0, 200)}`
  const userHasOtherPassword = known.status === 401 && fresh.status < 500
  throw new Error(
    userHasOtherPassword ? `${said} — mend it with: npm run secrets -- --rotate SMOKE_PASSWORD` : said,
  )
}

function cookies(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function listWithTool(
  mcp: string,
  auth: Record<string, string>,
  user: string,
  taskId: number,
): Promise<void> {
  const answer = await call<{
    error?: unknown
    result?: { isError?: boolean; content?: { text?: string }[] }
  }>('POST', `${mcp}/mcp`, {
    headers: { ...auth, accept: 'application/json, text/event-stream' },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'list_tasks', arguments: { user_id: user } },
    },
  })
  const said = JSON.stringify(answer.result ?? answer.error)
  if (answer.error || answer.result?.isError) throw new Error(`the tool failed: ${said.slice(0, 300)}`)
  if (!said.includes(`${taskId}`))
    throw new Error(`task ${taskId} is not in its answer: ${said.slice(0, 300)}`)
}

async function findRow(databaseUrl: string, taskId: number, title: string): Promise<void> {
  const { default: pg } = await import('pg')
  const url = new URL(databaseUrl)
  // As in the frontend: without it node-postgres takes sslmode=require for verify-full, unlike libpq and the backend.
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true')
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT title, completed FROM tasks WHERE id = $1', [taskId])
    if (rows[0]?.title !== title || rows[0]?.completed !== true)
      throw new Error(`task ${taskId} is stored as ${JSON.stringify(rows[0])}`)
  } finally {
    await client.end()
  }
}

async function call<Answer>(
  method: string,
  url: string,
  {
    headers = {},
    body,
    expected = 200,
  }: { headers?: Record<string, string>; body?: unknown; expected?: number } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  }).catch((error: Error) => {
    throw new Error(
      `${method} ${url} failed: ${error.cause instanceof Error ? error.cause.message : error.message}`,
    )
  })
  const text = await response.text()
  if (response.status !== expected)
    throw new Error(
      `${method} ${url} was answered ${response.status}, not ${expected}: ${text.slice(0, 300)}`,
    )
  return (text ? JSON.parse(text) : undefined) as Answer
}

/** The user's id, which the token carries. Not verified here: the services do that. */
function subject(token: string): string {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string
  }
  return payload.sub
}
