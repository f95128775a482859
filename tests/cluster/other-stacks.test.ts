import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import { blocksOf } from '../docs/blocks.ts'
import { kubectl, takenDown } from './cluster.ts'
import type { Copy, RunOptions } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { inLoop, NPM_RUN_DEV, served } from './in-loop.ts'
import { mountedCopy } from './mounted-copy.ts'
import type { Program } from './program.ts'

const test = suite('stacks that are not the main one')
const SHOP = ['--stack', 'examples/shop']
const IN_SHOP = '--namespace=shop'
const API = 'http://localhost:8080/api'
let copy: Copy

test.before(async () => {
  copy = await mountedCopy()
})

test.after(() => copy.remove())

const script = (name: string, words: readonly string[], options?: RunOptions) =>
  copy.run([process.execPath, '--import', 'tsx', `scripts/${name}.ts`, ...words], options)

const order = async (method: string, path: string, body?: string) => {
  const response = await fetch(`${API}/${path}`, { method, ...(body ? { body } : {}) })
  assert.ok(response.ok, `${method} ${path} was answered ${response.status}`)
  return response.text()
}

test('a save of the Go API or the page is served without an image, and the cache keeps what it knows', async () => {
  const gone = () => takenDown('shop', ['persistentvolumeclaim/data-cache-0', 'secret/shop-secrets'])
  const act = async (loop: Program) => {
    await loop.until(/smoke: ✓ see one less/, PATIENCE)
    const heard = loop.said().length
    await copy.edit('examples/shop/api/shelf.go', 'Enamel mug', 'Steel mug')
    await served(`${API}/products`, 'Steel mug')
    await copy.edit('examples/shop/api/shelf.go', '"Steel mug"', 'Steel')
    await served(`${API}/products`, 'Does not compile: shelf.go:22:10: undefined: Steel')
    await copy.edit('examples/shop/api/shelf.go', ' Steel', ' "Steel mug"')
    await served(`${API}/products`, 'Steel mug')
    await copy.edit('examples/shop/web/src/index.html', '<h1>The shop', '<h1>Our shop')
    await served('http://localhost:3100/', 'Our shop')
    assert.doesNotMatch(loop.said().slice(heard), /Building \[|Starting deploy|Syncing/)

    const { id } = JSON.parse(await order('POST', 'orders', '{"product":"stool"}')) as { id: string }
    const before = await order('GET', 'products')
    await kubectl(['delete', 'pod', 'cache-0', IN_SHOP])
    await eventually(
      'the cache being back',
      PATIENCE,
      async () => (await fetch('http://localhost:8080/readyz')).ok,
    )
    assert.equal(await order('GET', 'products'), before)
    await order('DELETE', `orders/${id}`)
  }
  await inLoop(copy, [...NPM_RUN_DEV, ...SHOP], act, gone)
})

test('run deploys the shop with its smoke test, and a new password reaches all who read it', async () => {
  const up = await script('up', [...SHOP, '--target', 'cluster'])
  assert.equal(up.code, 0, up.said)
  assert.match(up.said, /smoke: ✓ be refused by the cache without its password/)
  const rotated = await copy.hook('secrets', [...SHOP, '--rotate', 'CACHE_PASSWORD'])
  assert.equal(rotated.code, 0, rotated.said)
  const smoke = await copy.hook('smoke', SHOP)
  assert.equal(smoke.code, 0, smoke.said)
})

test('the doctor names an image that is gone, a password of somebody else and what was changed by hand, each with a cure', async () => {
  const other = Buffer.from('redis://:of-somebody-else@cache:6379/0').toString('base64')
  await kubectl(['set', 'image', 'deployment/web', 'web=shop-web:gone', IN_SHOP])
  await kubectl(['patch', 'secret', 'shop-secrets', `--patch={"data":{"CACHE_URL":"${other}"}}`, IN_SHOP])
  // New pods read the Secret; a variable that the model has not is drift.
  await kubectl(['set', 'env', 'deployment/api', 'BY_HAND=yes', IN_SHOP])
  const causes = ['image-missing', 'cache-password', 'drifted']
  const findings = await eventually(causes.join(', '), PATIENCE, async () => {
    const { said } = await script('doctor', [...SHOP, '--json'])
    const { findings } = JSON.parse(said) as { findings: { cause: string; cure: string }[] }
    return causes.every((cause) => findings.some((finding) => finding.cause === cause)) && findings
  })
  const cures = new Map(findings.map(({ cause, cure }) => [cause, cure]))
  assert.match(cures.get('cache-password') ?? '', /^kubectl -n shop rollout restart statefulset\/cache/)
  for (const [cause, cure] of cures)
    assert.doesNotMatch(cure, /npm run (?!\w+ -- --stack examples\/shop)/, cause)
})

test('down takes the shop away, broken as it is', async () => {
  const down = await script('down', [...SHOP, '--data'])
  assert.equal(down.code, 0, down.said)
})

test('docs/your-own-stack.md: what it does in a cluster ends well', async () => {
  for (const block of blocksOf('docs/your-own-stack.md'))
    if (block.kind === 'file') {
      const file = join(copy.folder, block.path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, block.text)
    } else if (block.inCluster)
      for (const line of block.lines) {
        const { code, said } = await copy.run(['sh', '-c', line])
        assert.equal(code, 0, `${line}\n${said}`)
      }
})

test.run()
