import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readEnvFile } from '../../../lib/shell/env-file.ts'

const test = suite('a file of settings')

for (const [line, value] of [
  ['A=b', 'b'],
  ['A=b#c', 'b#c'],
  ['A=b#', 'b#'],
  ['A=b#c#d # e # f', 'b#c#d'],
  ['A=postgresql://u:p#w@h/d?x=1&y=2#z', 'postgresql://u:p#w@h/d?x=1&y=2#z'],
  ['A=b # c', 'b'],
  ['A=b\t#c', 'b'],
  ['A=b c  d  ', 'b c  d'],
  ['A=', ''],
  ['A=   # c', ''],
  ['A=""', ''],
  ['  export  A = b', 'b'],
  ['A=b=c==', 'b=c=='],
  [`A='b # c'`, 'b # c'],
  ['A="b # c" # d', 'b # c'],
  [`A='#b'`, '#b'],
  [`A=" b "`, ' b '],
  [`A='b\\n"c'`, 'b\\n"c'],
  ['A=`b\'"c`', 'b\'"c'],
  [`A=b'c"d#e`, `b'c"d#e`],
  ['A=b\\nc$d', 'b\\nc$d'],
  ['\uFEFFA=b', 'b'],
  ['A=b\r\n# c\r\n\r\nB_=d', 'b'],
  ['A=b\nA=c', 'c'],
] as const)
  test(`${JSON.stringify(line)} says ${JSON.stringify(value)}`, () => {
    const { variables, problems } = readEnvFile(line)
    assert.equal([variables.A, problems], [value, []])
  })

for (const [line, message, cure] of [
  ['A=#secret', 'A in .env.local begins with a #', "write A='#…'"],
  [`A='secret`, 'A in .env.local begins with a quote that does not end', `A='…', A="…"`],
  [`A='secret' it`, 'A in .env.local begins with a quote that does not end', `A='…', A="…"`],
  [`A="secret"#it`, 'A in .env.local begins with a quote that does not end', `A='…', A="…"`],
  [`A="sec\\"ret"`, 'A in .env.local has a backslash between double quotes', "single quotes, .*: A='…'"],
  ['A="secret\\n"', 'A in .env.local has a backslash between double quotes', "single quotes, .*: A='…'"],
  ['\nA: secret', 'Line 2 of .env.local is not like NAME=value', 'correct it'],
  ['A="secret\nsecret"', 'A in .env.local begins with a quote.*Line 2 of', 'put the whole value'],
  ['secret', 'Line 1 of .env.local is not like NAME=value', 'correct it'],
] as const)
  test(`${JSON.stringify(line)} is refused, and its value not told`, () => {
    const { variables, problems } = readEnvFile(line)
    assert.equal(variables, {})
    assert.match(problems.map(({ message }) => message).join(), new RegExp(message))
    assert.match(problems[0]?.cure ?? '', new RegExp(cure))
    assert.not.match(JSON.stringify(problems), 'secret')
  })

test.run()
