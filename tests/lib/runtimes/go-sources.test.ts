import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $, which } from 'zx/core'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('sources in Go')

for (const folder of ['lib/runtimes/go', 'examples/shop/api']) {
  const go = $({ quiet: true, cwd: join(CHECKOUT, folder) })

  test(`${folder} is in order, and go vet finds nothing`, async () => {
    assert.is((await go`gofmt -l .`).stdout, '')
    await go`go vet ./...`
  })
}

if (await which('go', { nothrow: true })) test.run()
else console.log('not run: what looks at sources in Go, for there is no Go on this PATH')
