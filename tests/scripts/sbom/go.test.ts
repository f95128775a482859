import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { baseComponents } from '../../../scripts/sbom/components.ts'
import { modulesOf } from '../../../scripts/sbom/go.ts'

const test = suite('the bill of a Go program')

test('has the modules that go.mod requires, whether in one line or in a block', () => {
  const text = `module example.com/shop/api

go 1.26.0

toolchain go1.26.1

require github.com/gomodule/redigo v1.9.3

require (
	golang.org/x/text v0.30.0
	github.com/stretchr/testify v1.12.1 // indirect
)
`
  assert.equal(
    modulesOf(text).map(({ purl, scope }) => [purl, scope]),
    [
      ['pkg:golang/github.com/gomodule/redigo@v1.9.3', 'required'],
      ['pkg:golang/golang.org/x/text@v0.30.0', 'required'],
      ['pkg:golang/github.com/stretchr/testify@v1.12.1', 'optional'],
    ],
  )
})

test('has no base image, for it starts from nothing', () => {
  assert.equal(baseComponents('docker/go.Dockerfile'), [])
  assert.is(baseComponents('docker/vite.Dockerfile')[0]?.name, 'node')
})

test.run()
