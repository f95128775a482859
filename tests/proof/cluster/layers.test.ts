import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { $ } from 'zx/core'
import { allReady, CONTEXT, deploy, inNamespace } from '../../cluster/cluster.ts'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { NAMES } from '../../k8s/main-stack.ts'

const test = suite('the layers of images')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
})
test.after(() => copy.remove())

test('no value of the Secret is in any layer of an image that runs', async () => {
  const secret = JSON.parse(await inNamespace('get', 'secret', NAMES.secret, '-o', 'json')) as {
    data: Readonly<Record<string, string>>
  }
  const values = Object.values(secret.data).map((value) => Buffer.from(value, 'base64').toString())
  const images = new Set((await allReady()).flatMap(({ spec }) => spec.containers.map(({ image }) => image)))
  for (const image of images) {
    assert.equal(await linesWith(image, values), 0, `a secret is in ${image}`)
    assert.notEqual(await linesWith(image, ['etc/passwd']), 0, `${image} cannot be searched`)
  }
  console.log(`figure: ${images.size} images, every layer, ${values.length} values`)
})

/** What each layer holds is in the archive as it is. The patterns come by standard input: nobody sees them. */
async function linesWith(image: string, patterns: readonly string[]): Promise<number> {
  const script = `exec 3<&0; docker save ${image} | grep --text --count --fixed-strings --file=/dev/fd/3`
  const input = patterns.join('\n')
  const found = await $({ quiet: true, nothrow: true, input })`docker exec -i ${CONTEXT} sh -c ${script}`
  return Number(found.stdout)
}

test.run()
