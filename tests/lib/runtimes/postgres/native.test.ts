import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { copyForEverybody, linkLibraries } from '../../../../lib/runtimes/postgres/native.ts'

const test = suite("npm's PostgreSQL")
let folder: string
let native: string
let copy: string

/** A package as npm unpacks it under `umask 077`, without running its install script. */
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'native-'))
  native = join(folder, 'package', 'native')
  copy = join(folder, 'copy')
  mkdirSync(join(native, 'bin'), { recursive: true, mode: 0o700 })
  mkdirSync(join(native, 'lib'), { mode: 0o700 })
  release('17.1')
  writeFileSync(join(native, 'bin', 'initdb'), '#!/bin/sh\n', { mode: 0o700 })
  writeFileSync(join(native, 'lib', 'libpq.so.5.17'), 'library', { mode: 0o600 })
  const links = ['libpq.so.5', 'libpq.so'].map((name) => ({
    source: 'native/lib/libpq.so.5.17',
    target: `native/lib/${name}`,
  }))
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links), { mode: 0o600 })
})
test.after.each(() => rmSync(folder, { recursive: true }))

function release(version: string): void {
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ version }))
}

function underUmask(mask: number, action: () => void): void {
  const before = process.umask(mask)
  try {
    action()
  } finally {
    process.umask(before)
  }
}

const mode = (...path: string[]) => (statSync(join(copy, ...path)).mode & 0o777).toString(8)

test('finds its libraries where npm ran no install scripts', () => {
  linkLibraries(native)
  linkLibraries(native)
  assert.is(readlinkSync(join(native, 'lib', 'libpq.so')), 'libpq.so.5.17')
  assert.is(readFileSync(join(native, 'lib', 'libpq.so.5'), 'utf8'), 'library')
})

test('says why where its libraries are missing for good', () => {
  rmSync(join(native, 'lib'), { recursive: true })
  assert.throws(() => linkLibraries(native), /npm ran no install scripts/)
})

test('can be run by everybody, whatever the umask', () => {
  underUmask(0o077, () => copyForEverybody(native, copy))
  assert.equal(
    [mode(), mode('bin'), mode('bin', 'initdb'), mode('lib', 'libpq.so.5.17')],
    ['755', '755', '755', '644'],
  )
  assert.is(readFileSync(join(copy, 'lib', 'libpq.so.5'), 'utf8'), 'library')
})

test('can be written by nobody else, whatever the umask', () => {
  underUmask(0, () => copyForEverybody(native, copy))
  assert.equal([mode(), mode('bin', 'initdb'), mode('lib', 'libpq.so.5.17')], ['755', '755', '644'])
})

test('is copied anew when the package is another, and over a copy that nobody can read', () => {
  mkdirSync(join(copy, 'bin'), { recursive: true })
  chmodSync(copy, 0o700)
  copyForEverybody(native, copy)
  assert.is(mode('bin', 'initdb'), '755')
  rmSync(join(copy, 'bin'), { recursive: true })
  copyForEverybody(native, copy)
  assert.not.ok(existsSync(join(copy, 'bin')), 'it was copied again')
  release('17.2')
  copyForEverybody(native, copy)
  assert.is(execFileSync(join(copy, 'bin', 'initdb'), { encoding: 'utf8' }), '')
})

test.run()
