import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { $ } from 'zx/core'

const waited = z.object({ message: z.string() })

/** Of three services, a file, and lines that can be put at its end: one that changes nothing, one that cannot be read. */
const PLACES = {
  backend: { file: 'apps/backend/app/api.py', idle: '# edit', broken: 'def broken(' },
  stub: { file: 'apps/assistant-stub/api/service.ts', idle: '// edit', broken: 'const = 1' },
  page: { file: 'apps/frontend/src/app/sign-in/page.tsx', idle: '// edit', broken: undefined },
} as const

const EDITS = [
  ['backend', 'idle'],
  ['stub', 'idle'],
  ['page', 'idle'],
  ['backend', 'broken'],
  ['stub', 'idle'],
  ['backend', 'idle'],
  ['stub', 'broken'],
  ['page', 'idle'],
  ['backend', 'idle'],
  ['stub', 'idle'],
] as const

/**
 * A program that knows AGENTS.md and nothing else: starts the loop in a copy of the checkout, makes ten edits of three
 * services, two of them broken, waits for each, mends what it is told of where it is told, and stops the loop. It never sleeps.
 *
 * @param env of its commands
 * @param meanwhile what else is done before the loop is stopped
 */
export async function develop(
  folder: string,
  target: 'host' | 'cluster',
  env: NodeJS.ProcessEnv,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const guide = (await readFile(join(folder, 'AGENTS.md'), 'utf8')).split('\n')
  // Of a person's shell, and not of the npm that runs this test.
  const shell = $({ cwd: folder, env: { ...env, INIT_CWD: undefined }, quiet: true, nothrow: true })
  /** Runs the command line of the guide that begins so. */
  const run = (beginning: string, change = (line: string) => line) => {
    const line = guide.find((one) => one.startsWith(beginning))?.split(' #')[0]
    assert.ok(line, `AGENTS.md has no ${beginning}`)
    return shell`${change(line).trim().split(' ')}`
  }
  const wait = async (file: string) => {
    const { exitCode, stdout, stderr } = await run('npm run -s loop -- wait --served', (line) =>
      line.replace(/\S+\s*$/, `${file} --json`),
    )
    assert.ok(stdout, stderr)
    return { code: exitCode, ...waited.parse(JSON.parse(stdout)) }
  }
  const change = async (file: string, edit: (lines: readonly string[]) => readonly string[]) => {
    const path = join(folder, file)
    await writeFile(path, edit((await readFile(path, 'utf8')).split('\n')).join('\n'))
  }
  const started = await run('npm run dev -- --detach', (line) => `${line.trim()} --target ${target}`)
  try {
    assert.equal(started.exitCode, 0, started.stderr)
    for (const [number, [place, kind]] of EDITS.entries()) {
      const { file, idle, broken } = PLACES[place]
      await change(file, (lines) => [...lines, kind === 'idle' ? `${idle} ${number}` : `${broken}`])
      const { code, message } = await wait(file)
      assert.equal(code, kind === 'idle' ? 0 : 1, message)
      if (kind === 'idle') continue
      const [, named = '', line] = /([\w./-]+):(\d+)/.exec(message) ?? []
      assert.ok(named && file.endsWith(named), message)
      await change(file, (lines) => lines.filter((_, index) => index !== Number(line) - 1))
      const mended = await wait(file)
      assert.equal(mended.code, 0, mended.message)
    }
    await meanwhile()
  } finally {
    const stopped = await run('npm run -s loop -- stop')
    assert.equal(stopped.exitCode, 0, stopped.stderr)
  }
  assert.equal((await run('npm run -s loop -- status')).exitCode, 3)
}
