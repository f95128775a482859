import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { standInApi } from './stand-in-api.ts'

const test = suite('causes beside a command')

test('are named on standard error, without the secrets, and the command’s own answer is kept', async () => {
  const api = standInApi()
  const secret = 'x'.repeat(20)
  const waiting = { reason: 'ErrImagePull', message: `pull with ${secret} failed` }
  const pod = {
    metadata: { name: 'backend', namespace: 'todo', uid: '1', creationTimestamp: new Date().toISOString() },
    spec: { containers: [{ name: 'backend', image: 'todo-backend:1' }] },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'backend', restartCount: 0, ready: false, state: { waiting } }],
    },
  }
  api.show({ items: { '/api/v1/namespaces/todo/pods': [pod] } })
  // The action ends once standard input does.
  const program = `import { text } from 'node:stream/consumers'
    import { namingCauses } from './lib/diagnosis/naming-causes.ts'
    import stack from './stack/stack.ts'
    console.log(await namingCauses('any', { stack, causes: [] }, { OPENAI_API_KEY: '${secret}' }, () => text(process.stdin)))`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: CHECKOUT,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  try {
    let said = ''
    for await (const chunk of child.stderr.setEncoding('utf8')) {
      said += chunk
      if (said.includes('→ npm run up')) break
    }
    child.stdin.end('its answer')
    const [answer, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    assert.equal([answer, code], ['its answer\n', 0])
    assert.match(said, '✗ pod/backend cannot start: its image todo-backend:1')
    assert.match(said, 'pull with ••• failed')
  } finally {
    child.kill()
    api.remove()
  }
})

test.run()
