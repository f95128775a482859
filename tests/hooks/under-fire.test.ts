import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commonSchema } from '../../k8s/file-schema.ts'
import { MAIN } from '../k8s/main-stack.ts'
import { random } from '../soak/random.ts'
import { type Checkout, checkout } from './checkout.ts'
import * as cluster from './clusters.ts'
import { COMPLAINTS, envFile, shell, spoilt } from './fire/strange.ts'
import { filesBelow, halfMade, SECRET, wrongEnd } from './fire/verdict.ts'
import type { Answers } from './recording-kubectl.ts'

const test = suite('hooks under fire')

/** The same cases each time; another seed finds others. */
const SEED = Number(process.env.TEST_SEED ?? 21)
const cases = { settings: 600, shells: 250, clusters: 250 }

const NAMES = [
  ...Object.keys(MAIN.settings),
  ...Object.keys(MAIN.secrets),
  ...Object.keys(commonSchema),
  'NO_SUCH_SETTING',
]
const FORMATS = ['skaffold', 'raw', 'compose', 'helm', 'helm-values', 'skaffold-config']
const PROFILES = ['run', 'dev', 'synced', 'remote', 'none']

let here: Checkout
let folder: string
test.before(async () => {
  here = await checkout(cluster.FRESH)
  folder = mkdtempSync(join(tmpdir(), 'fire-'))
})
test.after(async () => {
  rmSync(folder, { recursive: true })
  await here.remove()
})

interface Wrong {
  readonly number: number
  readonly how: string
  readonly wrong: readonly string[]
}

function none(wrong: readonly Wrong[]): void {
  assert.equal(
    wrong.filter((one) => one.wrong.length > 0).slice(0, 5),
    [],
    `TEST_SEED=${SEED}: ${wrong.filter((one) => one.wrong.length > 0).length} of ${wrong.length}`,
  )
}

test(`${cases.settings} settings files: what is rendered is whole, what is refused changes nothing`, async () => {
  const { pick, below } = random(SEED)
  const choices = { pick, below }
  const wrong: Wrong[] = []
  for (let number = 0; number < cases.settings; number++) {
    const text = `${envFile(choices, NAMES)}\nOPENAI_API_KEY=${SECRET}\n`
    writeFileSync(join(here.folder, '.env.local'), text)
    const output = join(folder, 'rendered')
    const before = filesBelow(output)
    const format = pick(FORMATS)
    const words = ['--format', format, '--profile', pick(PROFILES), '--tag', 'v0.1.0']
    const where = format === 'skaffold-config' ? [] : ['--output', output]
    const untagged = format === 'raw' || format === 'compose' ? words : words.slice(0, -2)
    const ended = await here.run('render', [...untagged, ...where])
    const after = filesBelow(output)
    const unchanged = JSON.stringify([...before]) === JSON.stringify([...after])
    wrong.push({
      number,
      how: `${words.join(' ')}: ${JSON.stringify(text).slice(0, 200)}`,
      wrong: [
        ...wrongEnd(ended),
        ...halfMade(after),
        ...(ended.exitCode === 0 || unchanged ? [] : ['refused, and files changed']),
        ...([...after.values()].some((one) => one.includes(SECRET)) ? ['a secret is rendered'] : []),
      ],
    })
  }
  none(wrong)
})

test(`${cases.shells} shells: environment, umask and clock change nothing but what they are for`, async () => {
  const choices = random(SEED + 1)
  const { below, pick } = choices
  writeFileSync(join(here.folder, '.env.local'), '')
  const output = join(folder, 'shells')
  const ended = await here.run('render', ['--output', output])
  assert.is(ended.exitCode, 0)
  const expected = JSON.stringify([...filesBelow(output)])
  const now = Date.now
  const umask = process.umask()
  const wrong: Wrong[] = []
  try {
    for (let number = 0; number < cases.shells; number++) {
      const env = shell(choices, NAMES)
      process.umask(pick([0, 0o022, 0o077, 0o277]))
      const shift = pick([0, -60 * 365 * 86_400_000, 60 * 365 * 86_400_000])
      Date.now = () => now() + shift
      const render = below(2) === 0
      const words = render ? ['--output', output] : ['--check']
      const said = await here.run(render ? 'render' : 'secrets', words, env)
      const after = JSON.stringify([...filesBelow(output)])
      wrong.push({
        number,
        how: `${words[0]} ${JSON.stringify(env).slice(0, 200)}`,
        wrong: [...wrongEnd(said), ...(after === expected ? [] : ['renders something else'])],
      })
    }
  } finally {
    Date.now = now
    process.umask(umask)
  }
  none(wrong)
})

test(`${cases.clusters} clusters that answer strangely, or change meanwhile: nothing is written but what is asked`, async () => {
  const choices = random(SEED + 2)
  const { below, pick } = choices
  writeFileSync(join(here.folder, '.env.local'), '')
  const questions = Object.entries({
    ...cluster.FRESH,
    ...cluster.namespace('Active'),
    ...cluster.secret({ POSTGRES_PASSWORD: SECRET }),
    ...cluster.DATA,
    ...cluster.storage('1Gi', '1Gi'),
    'get deployments': { stdout: '{"items":[]}' },
  })
  const sound: Answers = Object.fromEntries(questions)
  const wrong: Wrong[] = []
  for (let number = 0; number < cases.clusters; number++) {
    const [start, { stdout = '' }] = pick(questions)
    const answer =
      below(4) === 0
        ? { exitCode: pick([1, 2, 137]), stderr: pick(COMPLAINTS), stdout: '' }
        : { exitCode: 0, stderr: pick(['', 'Warning: x']), stdout: spoilt(choices, stdout) }
    const before = (await here.kubectl.calls()).length
    await here.kubectl.answer(sound)
    const meanwhile = below(4) === 0
    if (!meanwhile) await here.kubectl.answer({ [start]: answer })
    const hook = pick(['before-deploy', 'gate', 'secrets'])
    const running = here.run(hook, hook === 'before-deploy' ? ['--profile', pick(['run', 'dev'])] : [])
    if (meanwhile) {
      let over = false
      running.finally(() => {
        over = true
      })
      while (!over && (await here.kubectl.calls()).length === before) await new Promise(setImmediate)
      await here.kubectl.answer({ [start]: answer })
    }
    const ended = await running
    const calls = (await here.kubectl.calls()).slice(before)
    const written = calls.filter(({ words }) => !/^(get|config|version|api-)/.test(words))
    const applied = written.filter(({ words }) => /^(apply|patch|rollout restart)/.test(words))
    wrong.push({
      number,
      how: `${hook}, ${start}: ${JSON.stringify(answer).slice(0, 300)}`,
      wrong: [
        ...wrongEnd(ended),
        ...(hook === 'gate' && written.length > 0 ? [`the gate writes: ${written[0]?.words}`] : []),
        ...(applied.length === written.length
          ? []
          : [`does ${written.find((one) => !applied.includes(one))?.words}`]),
        ...(calls.some(({ words }) => words.includes(SECRET)) ? ['a secret on a command line'] : []),
        ...((await here.logs()).includes(SECRET) ? ['a secret in a log'] : []),
      ],
    })
  }
  none(wrong)
})

test('they were at least a thousand', () => {
  const sum = cases.settings + cases.shells + cases.clusters
  assert.ok(sum >= 1000)
  console.log(`figure: ${sum} cases, seed ${SEED}`)
})

test.run()
