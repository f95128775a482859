import { EventEmitter } from 'node:events'
import type { Terminal } from '../../../lib/loop/screen/terminal.ts'

const [TITLE, BELL] = ['\x1b]2;', '\x07']

/** A terminal, or a pipe, that remembers what it shows: lines, cursor up, erase below. */
export class FakeTerminal extends EventEmitter implements Terminal {
  written = ''
  readonly isTTY: boolean
  readonly columns: number
  readonly rows: number

  constructor(isTTY: boolean, columns = 100, rows = 30) {
    super()
    this.isTTY = isTTY
    this.columns = columns
    this.rows = rows
  }

  write(text: string): boolean {
    this.written += text
    return true
  }

  /** All that it was called, the last title last. */
  titles(): string[] {
    const [, ...titled] = this.written.split(TITLE)
    return titled.map((text) => text.slice(0, text.indexOf(BELL)))
  }

  /** How often it rang; a title ends with the same byte. */
  bells(): number {
    return this.written.split(BELL).length - 1 - this.titles().length
  }

  /** All lines there are now, those that have scrolled away first. */
  shown(): string[] {
    let lines = ['']
    const [start = '', ...titled] = this.written.split(TITLE)
    const seen = [start, ...titled.map((text) => text.slice(text.indexOf(BELL)))]
      .join('')
      .replaceAll(BELL, '')
    // Each piece but the first begins with a line feed, or with the letter of a control sequence.
    for (const piece of seen.replaceAll('\n', '\x1b[\n').split('\x1b[')) {
      const [, control = '', text = ''] = /^(\n|\?*\d*;?\d*[A-Za-z])?(.*)/s.exec(piece) ?? []
      if (control === '\n') lines.push('')
      // Going up from the line below the region: what was there is about to be erased.
      if (control === 'A') lines.pop()
      if (control === 'J') lines = [...lines.slice(0, -1), '']
      lines[lines.length - 1] += text.replaceAll('\r', '')
    }
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines
  }
}
