import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isSeen } from '../../src/client/seen.ts'

for (const text of [
  '',
  '   ',
  '\t\n',
  '\u00a0',
  '\u200b',
  '\u200e\u200f',
  '\u2060',
  '\u2800\u2800',
  '\u3000',
  '\u3164',
  '\u115f\u1160',
  '\uffa0',
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u180e',
  '\u202e',
  '\ufe0f',
  '\ufeff',
  '\u0301\u20dd',
  '\u{1d173}',
  '\u{13430}',
  '\u{e0041}\u{e007f}',
  '\ud83d',
  ' \u200b\u3164\u2800 ',
])
  test(`nothing is to be seen of ${JSON.stringify(text)}`, () => assert.not.ok(isSeen(text)))

for (const text of [
  'x',
  '.',
  '0',
  '🫖',
  '❤️',
  '👩‍👩‍👧‍👦',
  'קנה',
  '\u200fקנה',
  '\u200bx',
  'ㅤx',
  '⠁',
  '買う',
  'e\u0301',
  '\u0600',
  '\ue000',
  'می‌خواهم',
])
  test(`something is to be seen of ${JSON.stringify(text)}`, () => assert.ok(isSeen(text)))

test.run()
