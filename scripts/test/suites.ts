import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { Suite } from './run-suite.ts'

const bin = (name: string) => join(CHECKOUT, 'node_modules', '.bin', name)

/** Formatter, linter and type checker of both languages. */
export function checks(python: string): Suite[] {
  const check = (name: string, command: string[], folder = '.'): Suite => ({
    name,
    command,
    folder,
    counts: 'check',
  })
  return [
    check('TypeScript format and lint', [bin('biome'), 'ci', '--colors=off', '.']),
    check('TypeScript types', [bin('tsc'), '--noEmit']),
    check("the frontend's types", [join(CHECKOUT, 'frontend/node_modules/.bin/tsc'), '--noEmit'], 'frontend'),
    check('Python format', [python, '-m', 'ruff', 'format', '--check', '.'], 'backend'),
    check('Python lint', [python, '-m', 'ruff', 'check', '.'], 'backend'),
    check('Python types', [python, '-m', 'mypy'], 'backend'),
  ]
}

/** One suite a test file, each in a process of its own. */
export function testFiles(folder: string, env: Readonly<Record<string, string>> = {}): Suite[] {
  return readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .sort()
    .map((name) => ({
      name: join(folder, name),
      command: [process.execPath, '--import', 'tsx', join(folder, name)],
      env,
      counts: 'uvu',
    }))
}

export function backendTests(python: string, env: Readonly<Record<string, string>>): Suite {
  return {
    name: 'backend and MCP server',
    command: [python, '-m', 'pytest'],
    folder: 'backend',
    env,
    counts: 'pytest',
  }
}
