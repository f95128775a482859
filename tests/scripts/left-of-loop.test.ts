import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeLeftOfLoop } from '../../scripts/down/left-of-loop.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'

test('what a loop alone has is removed, by whoever may not touch volumes too, and nothing else', async () => {
  const calls: string[] = []
  await removeLeftOfLoop(async (words) => {
    calls.push(words.filter((word) => word.includes('/')).join(' '))
    if (words.some((word) => word.startsWith('persistentvolume/'))) throw new Error('forbidden')
    return ''
  }, DEFAULTS)
  assert.equal(calls, [
    'networkpolicy/mcp-packages persistentvolumeclaim/sources persistentvolumeclaim/mcp-packages deployment/mcp-packages',
    'persistentvolume/todo-sources',
  ])
})

test.run()
