import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { freeOffset } from '../lib/host/free-offset.ts'
import { blocksOf } from './blocks.ts'

const test = suite('docs/your-own-stack.md, done from an empty folder')
const here = mkdtempSync(join(tmpdir(), 'own-stack-'))
const checkout = join(here, 'checkout')
const OFFSET = await freeOffset()

/** Beside whatever else this machine runs. */
const elsewhere = (text: string) =>
  text
    .replace('PORT_OFFSET=400', `PORT_OFFSET=${OFFSET}`)
    .replaceAll('localhost:3600', `localhost:${3200 + OFFSET}`)

/** @returns what a command says @throws Error unless it ends well */
function run(line: string): string {
  const env = { ...process.env, XDG_STATE_HOME: join(here, 'state') }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: checkout, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${line} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

test.after(() => rmSync(here, { recursive: true, force: true }))

test('every file can be written, every command ends well, and both answers are those of the program', async () => {
  await $({ quiet: true })`git clone --quiet ${CHECKOUT} ${checkout}`
  const answers: string[] = []
  try {
    for (const block of blocksOf('docs/your-own-stack.md'))
      if (block.kind === 'file') {
        mkdirSync(dirname(join(checkout, block.path)), { recursive: true })
        writeFileSync(join(checkout, block.path), elsewhere(block.text))
      }
      // tests/cluster has the others.
      else if (!block.inCluster)
        for (const line of block.lines) {
          const said = run(elsewhere(line))
          if (line.startsWith('curl')) answers.push(said)
        }
  } finally {
    run('npm run down -- --stack examples/guestbook --target host')
  }
  const [up = '', loop = '', ...more] = answers
  assert.equal(more, [])
  assert.match(up, /^Welcome to our guestbook\n[\s\S]*\nHello\n$/)
  assert.match(loop, /^You are in our guestbook\n/)
})

test.run()
