import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { databaseOf } from '../../k8s/services.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { MAIN } from '../k8s/main-stack.ts'

const test = suite('names of the application')

/** They are given a stack, and know none. */
const ROOMS = ['k8s', 'hooks', 'scripts', 'lib', 'docker']

/** A server of this kind has that name and that port in every application. */
const COMMON = ['postgres']

/** Where such a word means something else, or has to be known. Ten at most. */
const EXCEPTIONS: readonly { file: RegExp; words: readonly string[]; because: string }[] = [
  {
    file: /^k8s\/(checks|exposure|referring)\.ts$/,
    words: ['backend'],
    because: 'so an Ingress calls the Service that it leads to',
  },
  {
    file: /^lib\/cluster\/own-cluster\.ts$/,
    words: ['todo'],
    because: 'the context kind-todo is what people have, whatever they run in it',
  },
  {
    file: /^lib\/shell\/environment\.ts$/,
    words: ['DATABASE_URL'],
    because: 'many a shell has it set for something else, and no program of ours may take it from there',
  },
  {
    file: /^scripts\/ask\/assistants\.ts$/,
    words: ['OPENAI_API_KEY'],
    because: 'so kubectl-ai calls the key of any model',
  },
  {
    file: /^scripts\/test\//,
    words: ['frontend', 'backend', 'assistant-stub'],
    because: 'npm test runs the suites of this checkout, which are in these folders',
  },
]

const services = Object.entries(MAIN.services).filter(([name]) => !COMMON.includes(name))
const { people, backup } = databaseOf(MAIN)
const WORDS = new Set([
  MAIN.name,
  ...services.map(([name]) => name),
  ...services.flatMap(([, service]) => [
    String(service.port),
    ...('nodePort' in service ? [String(service.nodePort)] : []),
  ]),
  ...Object.keys(MAIN.secrets),
  people.table,
  ...[backup.work, backup.revision.table, ...backup.tables],
])

interface Found {
  readonly file: string
  readonly word: string
}

const { stdout } = await $({
  quiet: true,
  cwd: CHECKOUT,
})`git ls-files --cached --others --exclude-standard -- ${ROOMS}`
const FOUND: readonly Found[] = stdout
  .trim()
  .split('\n')
  .filter((file) => !file.endsWith('package-lock.json'))
  .flatMap((file) => {
    const text = readFileSync(join(CHECKOUT, file), 'utf8')
    return [...WORDS]
      .filter((word) => new RegExp(`\\b${word.replaceAll('.', '\\.')}(?!\\w)`).test(text))
      .map((word) => ({ file, word }))
  })

const excepted = ({ file, word }: Found) =>
  EXCEPTIONS.filter((exception) => exception.file.test(file) && exception.words.includes(word))

test('no room that is given a stack knows the one of this checkout', () => {
  assert.equal(
    FOUND.filter((found) => excepted(found).length === 0),
    [],
  )
})

test('the exceptions are few, and each is needed', () => {
  assert.ok(EXCEPTIONS.length <= 10)
  const needed = new Set(FOUND.flatMap(excepted))
  assert.equal(
    EXCEPTIONS.filter((exception) => !needed.has(exception)),
    [],
  )
})

test.run()
