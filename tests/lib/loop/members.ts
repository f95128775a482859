import type { Member } from '../../../lib/loop/member.ts'

/** A small stack: two services and a database. */
export const MEMBERS: readonly Member[] = [
  { name: 'backend', image: 'todo-backend' },
  { name: 'mcp', image: 'todo-mcp' },
  { name: 'postgres', image: 'postgres:17' },
]
