import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from 'zx/core'

interface Answer {
  readonly stdout?: string
  readonly stderr?: string
  readonly exitCode?: number
}

/** One call of a recorded command. */
export interface Call {
  readonly argv: readonly string[]
  readonly stdin: string
  /** Which ports Minikube is to publish, where its environment says so. */
  readonly ports?: string
}

const RECORDER = `
const { appendFileSync, readFileSync } = require('node:fs')
const { basename, dirname, join } = require('node:path')
const folder = dirname(__dirname)
const argv = [basename(__filename), ...process.argv.slice(2)]
const stdin = argv.includes('--config=-') ? readFileSync(0, 'utf8') : ''
appendFileSync(join(folder, 'calls.jsonl'), JSON.stringify({ argv, stdin, ports: process.env.MINIKUBE_PORTS }) + '\\n')
const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'))
const line = argv.join(' ')
const answer = answers[Object.keys(answers).find((start) => line.startsWith(start))] ?? {}
process.stdout.write(answer.stdout ?? '')
process.stderr.write(answer.stderr ?? '')
process.exitCode = answer.exitCode ?? 0
`

/**
 * A folder for PATH with stand-ins for commands, and nothing else but a shell: each writes down how it was called and
 * answers what it was told to.
 *
 * @param answers by the start of the command line; a command without one answers nothing, with exit code 0
 */
export async function recordingCommands(names: readonly string[], answers: Readonly<Record<string, Answer>>) {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  const path = join(folder, 'bin')
  await mkdir(path)
  await symlink(await which('bash'), join(path, 'bash'))
  await writeFile(join(folder, 'answers.json'), JSON.stringify(answers))
  for (const name of names)
    await writeFile(join(path, name), `#!${process.execPath}\n${RECORDER}`, { mode: 0o755 })
  const log = join(folder, 'calls.jsonl')
  return {
    path,
    /** An empty folder that the commands may keep state in. */
    state: join(folder, 'state'),
    calls: async (): Promise<Call[]> =>
      existsSync(log)
        ? (await readFile(log, 'utf8'))
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    remove: () => rm(folder, { recursive: true }),
  }
}
