import { suite } from 'uvu'
import { testStories } from '../../stack/tests/stories.ts'
import { deploy, ORIGIN, removeTestUsers } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'

const test = suite('what people do, in the cluster')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

testStories(test, ORIGIN)

test.run()
