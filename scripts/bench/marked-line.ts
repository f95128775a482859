import type { Question } from './served.ts'

export const EDITED = ['backend', 'mcp', 'frontend'] as const satisfies readonly string[]
export type Edited = (typeof EDITED)[number]

/** A harmless text of a service's sources that any client can see served. */
export interface MarkedLine {
  /** Below the checkout. */
  readonly file: string
  /** As it stands in the file, once. */
  readonly text: string
  /** The same text with a mark that is served along with it. */
  readonly marked: (mark: string) => string
  /** What to ask the service for it. @param token of any user; the MCP server answers nobody without one */
  readonly question: (address: string, token: string) => Question
}

export const MARKED_LINES: Readonly<Record<Edited, MarkedLine>> = {
  backend: {
    file: 'apps/backend/app/api.py',
    text: 'title="Todo API"',
    marked: (mark) => `title="Todo API ${mark}"`,
    question: (address) => ({ url: `${address}/openapi.json` }),
  },
  mcp: {
    file: 'apps/backend/mcp_server/tools.py',
    text: "Add a task to the user's list.",
    marked: (mark) => `Add a task to the user's list. ${mark}`,
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
    text: 'title="Sign in"',
    marked: (mark) => `title="Sign in ${mark}"`,
    question: (address) => ({ url: `${address}/sign-in` }),
  },
}
