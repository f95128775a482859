import { suite } from 'uvu'
import { eightSentences } from '../../stack/tests/natural-language.ts'
import { planningSentences } from '../../stack/tests/planning-sentences.ts'
import { signUp } from '../../stack/tests/user.ts'
import { deploy, ORIGIN, removeTestUsers, rows } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'

const test = suite('the chat, in the cluster')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

test('does what each of the eight sentences says, down to the rows in PostgreSQL', async () => {
  await eightSentences(await signUp(ORIGIN), ORIGIN, rows)
})

test('does what sentences about plans, searches and undoing say, over the streamed chat', async () => {
  await planningSentences(await signUp(ORIGIN), ORIGIN)
})

test.run()
