import type { Bench } from '../k8s/model/bench.ts'
import { userOf } from './journey.ts'

const list = (path: string) => ({ method: 'GET', path, expected: 200 })
const post = (path: string, body: object, expected: number) => ({ method: 'POST', path, body, expected })
const add = (title: string) => post('tasks', { title }, 201)
const LISTS = ['tasks', 'tasks?status=pending', 'tasks?sort=due_date', 'tasks?q=task%209']

/** The mix of a small team: one in five creates, the others list as the page does, sorted and searched in turns. */
const mixed = (n: number) => (n % 5 === 0 ? add(`Task ${n}`) : list(LISTS[n % LISTS.length] ?? 'tasks'))

const revision = (up: string, down: string) => (newest: string) =>
  `from alembic import op
revision = "bench"
down_revision = "${newest}"
def upgrade(): op.execute("${up}")
def downgrade(): op.execute("${down}")
`

/** What `npm run bench` does with the todo chatbot. */
export const bench: Bench = {
  page: 'frontend',
  edits: {
    backend: {
      file: 'apps/backend/app/api.py',
      text: 'title="Todo API',
      question: (address) => ({ url: `${address}/openapi.json` }),
    },
    mcp: {
      file: 'apps/backend/mcp_server/tools.py',
      text: "Add a task to the user's list.",
      // It answers nobody without a token.
      question: (address, token) => ({
        url: `${address}/mcp`,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      }),
    },
    frontend: {
      file: 'apps/frontend/src/app/sign-in/page.tsx',
      text: 'title="Sign in',
      question: (address) => ({ url: `${address}/sign-in` }),
    },
  },
  users: {
    account: async (address, cookie) => {
      const answer = await fetch(`${address}/api/auth/token`, { headers: { cookie } })
      const { token } = (await answer.json()) as { token: string }
      const id = userOf(token)
      return { id, api: `/api/${id}/`, token }
    },
    remove: `DELETE FROM auth."user" WHERE email LIKE 'bench.%@see.local'`,
  },
  loads: [
    { what: 'through the proxy, 80 % list, 20 % create', rate: 50, seconds: 60, request: mixed },
    {
      what: 'of a user with 10000 tasks',
      rate: 50,
      seconds: 60,
      request: mixed,
      // Straight into the table: it is not what is measured.
      before: (id) => `INSERT INTO tasks (user_id, title, completed)
        SELECT '${id}', 'Task ' || n, n % 3 = 0 FROM generate_series(1, 10000) AS n; ANALYZE tasks`,
    },
    {
      what: 'chat with the stand-in',
      rate: 5,
      seconds: 30,
      request: (n) => post('chat', { message: `Add a task to count to ${n}` }, 200),
    },
  ],
  moves: {
    service: 'backend',
    probe: {
      text: 'version="1.0.0"',
      there: `version=" ".join([__import__("os").environ["MODEL_PATIENCE"],
                str(bool(__import__("importlib.util").util.find_spec("yaml")))])`,
    },
    made: {
      packages: {
        file: 'apps/backend/uv.lock',
        text: '    { name = "webpush" },\n',
        there: '    { name = "webpush" },\n    { name = "pyyaml" },\n',
        shown: [' True"', ' False"'],
      },
      migration: {
        file: 'apps/backend/migrations/versions/9999_bench.py',
        there: revision('CREATE TABLE bench ()', 'DROP TABLE bench'),
        back: revision('SELECT 1', 'SELECT 1'),
      },
      settings: { file: '.env.local', there: '\nMODEL_PATIENCE=77\n', shown: ['"77 ', '"60 '] },
      model: {
        file: 'stack/stack.ts',
        text: 'own.MODEL_PATIENCE,',
        there: "'1' + own.MODEL_PATIENCE,",
        shown: ['"160 ', '"60 '],
      },
    },
    // What the loop keeps of the migrations says which was before.
    undo: `DROP TABLE IF EXISTS bench; DO $$ BEGIN IF to_regclass('loop.migrations') IS NOT NULL THEN
      UPDATE alembic_version SET version_num = (SELECT max(revision) FROM loop.migrations WHERE revision < 'a')
      WHERE version_num = 'bench'; END IF; END $$`,
  },
  pages: {
    paths: { '/sign-in': false, '/sign-up': false, '/': true, '/settings': true },
    before: Array.from({ length: 20 }, (_, n) => add(`Task ${n + 1}`)),
  },
}
