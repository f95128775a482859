import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chart } from '../../../scripts/bench/chart.ts'

const drawn = (subject: string, move: string, ...there: number[]) => ({ subject, move, there })

test('where one loop was measured, nothing is drawn', () => {
  assert.is(chart([drawn('loop', 'settings', 3000), drawn('loop', 'model', 4000)]), undefined)
})

test('each bar is a median, in the scale of its move', () => {
  const svg = chart([
    drawn('loop', 'settings', 2500, 3000, 9000),
    drawn('stock', 'settings', 12_000),
    drawn('loop', 'one & two', 100),
    drawn('tilt', 'one & two', 400),
  ])
  const widths = [...(svg ?? '').matchAll(/<rect class="(\w+)"[^>]* width="(\d+)"/g)].map(
    ([, subject, width]) => `${subject} ${width}`,
  )
  assert.equal(widths, ['loop 110', 'stock 440', 'loop 110', 'tilt 440'])
  assert.match(svg ?? '', '>3.00 s<')
  assert.match(svg ?? '', '>12.0 s<')
  assert.match(svg ?? '', '>0.10 s<')
  assert.match(svg ?? '', 'one &amp; two')
})

test('a loop that does not have a move has no bar there', () => {
  const svg = chart([drawn('loop', 'migration', 900), drawn('stock', 'settings', 12_000)])
  assert.is(svg?.match(/<rect /g)?.length, 2)
})

test('whoever sees no bars hears the title, and whoever has it dark sees the text', () => {
  const svg = chart([drawn('loop', 'settings', 1), drawn('tilt', 'settings', 2)]) ?? ''
  const [, id] = /role="img" aria-labelledby="(\w+)"/.exec(svg) ?? []
  assert.match(
    svg,
    new RegExp(`<title id="${id}">Median seconds .*npm run dev in the cluster, tilt up</title>`),
  )
  assert.match(svg, /@media \(prefers-color-scheme: dark\) \{ text \{ fill: #f0f6fc \}/)
})

test.run()
