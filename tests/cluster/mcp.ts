import { inPod } from './cluster.ts'

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
export function askMcp(method: string, params: unknown, authorization?: string): Promise<ToolAnswer> {
  return inPod(
    `const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
     if (input.authorization) headers.authorization = input.authorization
     const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: input.method, params: input.params })
     const answer = await fetch('http://mcp:8001/mcp', { method: 'POST', headers, body })
     const text = await answer.text()
     return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} }`,
    { method, params, authorization },
  )
}
