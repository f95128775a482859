/** A text in a source file that can be seen from outside once it is served. */
export interface Place {
  readonly id: string
  readonly file: string
  readonly services: readonly string[]
  /** The text as the repository has it, and the line that holds it for another one. */
  readonly original: string
  readonly written: (text: string) => string
  /** Seen with a user's token alone. */
  readonly needsToken?: true
  /** How the same line takes its text from a module of its own; not every place can. */
  readonly module?: ModulePlace
}

export interface ModulePlace {
  readonly line: string
  /** Where such a module goes, and how it is imported; `name` has letters, digits and underscores. */
  readonly file: (name: string) => string
  readonly import: (name: string) => string
  /** The line before which the import goes. */
  readonly anchor: string
}

const python = (folder: string, line: string, anchor: string): ModulePlace => ({
  line,
  file: (name) => `apps/backend/${folder}/${name}.py`,
  import: (name) => `from ${folder}.${name} import MARK`,
  anchor,
})

export const PLACES: readonly Place[] = [
  {
    id: 'API title',
    file: 'apps/backend/app/api.py',
    services: ['backend'],
    original: 'Todo API',
    written: (text) => `title="${text}",`,
    module: python('app', 'title=MARK,', 'from app.errors import answer_errors\n'),
  },
  {
    id: 'API tag',
    file: 'apps/backend/app/routes/tasks.py',
    services: ['backend'],
    original: 'tasks',
    written: (text) => `tags=["${text}"]`,
  },
  {
    id: 'health',
    file: 'apps/backend/core/health.py',
    services: ['backend', 'mcp'],
    original: 'ok',
    written: (text) => `{"status": "${text}"}`,
    module: python('core', '{"status": MARK}', 'from core.database import '),
  },
  {
    id: 'MCP name',
    file: 'apps/backend/mcp_server/main.py',
    services: ['mcp'],
    original: 'todo',
    needsToken: true,
    written: (text) => `TodoServer("${text}", `,
    module: python('mcp_server', 'TodoServer(MARK, ', 'from mcp_server.settings import Settings\n'),
  },
  {
    id: 'MCP tool',
    file: 'apps/backend/mcp_server/tools.py',
    services: ['mcp'],
    original: "Add a task to the user's list.",
    needsToken: true,
    written: (text) => `"""${text}"""`,
  },
  {
    id: 'sign-in page',
    file: 'apps/frontend/src/app/sign-in/page.tsx',
    services: ['frontend'],
    original: 'Sign in',
    written: (text) => `title="${text}"`,
    module: {
      line: 'title={MARK}',
      file: (name) => `apps/frontend/src/account/${name}.ts`,
      import: (name) => `import { MARK } from '@/account/${name}'`,
      anchor: "import type { Metadata } from 'next'\n",
    },
  },
  {
    id: 'sign-up page',
    file: 'apps/frontend/src/app/sign-up/page.tsx',
    services: ['frontend'],
    original: 'Create an account',
    written: (text) => `title="${text}"`,
  },
  {
    id: 'page description',
    file: 'apps/frontend/src/app/layout.tsx',
    services: ['frontend'],
    original: 'Tasks, by hand or by chat',
    written: (text) => `description: '${text}'`,
  },
  {
    id: 'model owner',
    file: 'apps/assistant-stub/api/service.ts',
    services: ['assistant-stub'],
    original: 'assistant-stub',
    written: (text) => `owned_by: '${text}'`,
    module: {
      line: 'owned_by: MARK',
      file: (name) => `apps/assistant-stub/conversation/${name}.ts`,
      import: (name) => `import { MARK } from '../conversation/${name}.ts'`,
      anchor: "import { randomUUID } from 'node:crypto'\n",
    },
  },
  {
    id: 'model answer',
    file: 'apps/assistant-stub/conversation/wording.ts',
    services: ['assistant-stub'],
    original: 'I am a stand-in model',
    written: (text) => `'${text}, not a real one:`,
  },
]

/** The layout is part of every page; any other file of the pages is part of its own alone. */
export const LAYOUT = 'apps/frontend/src/app/layout.tsx'
