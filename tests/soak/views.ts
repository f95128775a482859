import { type Request, SERVICES } from '../cluster/cluster.ts'
import type { ToolAnswer } from '../cluster/mcp.ts'
import { NAMES } from '../k8s/main-stack.ts'

/** A request, and what its answer shows. */
export interface View {
  readonly request: Request
  /** What is to be seen in an answer, by sight. */
  readonly sights: Readonly<Record<string, (answer: string) => string | undefined>>
}

const [page, api] = ['frontend', 'backend'].map((wanted) => {
  const port = SERVICES.find(({ name, forwarded }) => forwarded && name === wanted)?.port
  return `http://localhost:${port}`
})

const found = (pattern: RegExp) => (answer: string) => pattern.exec(answer)?.[1]
const heading = found(/<h1[^>]*>([^<]*)<\/h1>/)
const toolDescription = (answer: string) =>
  (JSON.parse(answer) as ToolAnswer['body']).result?.tools?.find(({ name }) => name === 'add_task')
    ?.description
const get = (url: string): Request => ({ method: 'GET', url })

/** What the loop forwards to this machine: that is what a developer looks at. */
export const OUTSIDE: readonly View[] = [
  {
    request: get(`${api}/openapi.json`),
    sights: {
      'backend: API title': found(/"title":"([^"]*)","version"/),
      'backend: API tag': found(/"tags":\["([^"]*)"\],"summary":"List Tasks"/),
    },
  },
  { request: get(`${api}/health`), sights: { 'backend: health': found(/"status":"([^"]*)"/) } },
  {
    request: get(`${page}/sign-in`),
    sights: {
      'frontend: sign-in page': heading,
      'frontend: page description': found(/name="description" content="([^"]*)"/),
    },
  },
  { request: get(`${page}/sign-up`), sights: { 'frontend: sign-up page': heading } },
]

const MCP = 'http://mcp:8001'
const MODEL = 'http://assistant-stub:8002'

/** The rest answers by its Service's name. */
export const inside = (token: string): readonly View[] => [
  { request: get(`${MCP}/health`), sights: { 'mcp: health': found(/"status":"([^"]*)"/) } },
  {
    request: askMcp(token, 'tools/list', {}),
    sights: { 'mcp: MCP tool': toolDescription },
  },
  {
    request: askMcp(token, 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'edits', version: '1' },
    }),
    sights: { 'mcp: MCP name': found(/"serverInfo":\{[^}]*?"name":"([^"]*)"/) },
  },
  {
    request: get(`${MODEL}/v1/models`),
    sights: { 'assistant-stub: model owner': found(/"owned_by":"([^"]*)"/) },
  },
  {
    request: {
      method: 'POST',
      url: `${MODEL}/v1/chat/completions`,
      body: { model: 'stand-in', messages: [{ role: 'user', content: 'Good morning' }] },
    },
    sights: { 'assistant-stub: model answer': found(/"content":"([^",]*), not a real one/) },
  },
]

/** Settings that a program does not show, as the cluster has them. */
export const CLUSTER: Readonly<Record<string, readonly string[]>> = {
  'assistant-stub: memory': [
    ...['deployment', 'assistant-stub', '-o'],
    'jsonpath={.spec.template.spec.containers[0].resources.requests.memory}',
  ],
  'cluster: log level': ['configmap', NAMES.configMap, '-o', 'jsonpath={.data.LOG_LEVEL}'],
}

/** A page of an edit's own, whose sight is named after its path. */
export function pageView(sight: string): View[] {
  const [, path] = /^frontend: (\/.*)$/.exec(sight) ?? []
  return path ? [{ request: get(`${page}${path}`), sights: { [sight]: heading } }] : []
}

function askMcp(token: string, method: string, params: unknown): Request {
  return {
    method: 'POST',
    url: `${MCP}/mcp`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: { jsonrpc: '2.0', id: 1, method, params },
  }
}
