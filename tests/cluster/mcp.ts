import { askInside } from './cluster.ts'

export interface ToolAnswer {
  readonly status: number
  readonly body: {
    readonly result?: {
      readonly isError?: boolean
      readonly content?: readonly { text: string }[]
      readonly tools?: readonly { name: string; description: string }[]
    }
  }
}

/** Asks the MCP server by its Service name, as the backend does. @param authorization the whole header, if any */
export async function askMcp(method: string, params: unknown, authorization?: string): Promise<ToolAnswer> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(authorization ? { authorization } : {}),
  }
  const body = { jsonrpc: '2.0', id: 1, method, params }
  const [answer] = await askInside([{ method: 'POST', url: 'http://mcp:8001/mcp', headers, body }])
  const { status = 0, text = '' } = answer ?? {}
  return { status, body: text.startsWith('{') ? JSON.parse(text) : {} }
}
