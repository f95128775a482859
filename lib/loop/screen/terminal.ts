/** A terminal's stream, like `process.stdout`. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  write(text: string): unknown
  on(event: 'resize', hear: () => void): unknown
  off(event: 'resize', hear: () => void): unknown
}

export interface Region {
  /** Writes lines that scroll away, above the region. */
  readonly print: (lines: readonly string[]) => void
  /** Draws the region anew, at the latest in a moment. */
  readonly redraw: () => void
  /** Erases the region until it is drawn anew; what was printed stays. */
  readonly hide: () => void
  /** The same for good. */
  readonly close: () => void
}

/** Often enough for an eye, seldom enough for a terminal on a slow line. */
const FRAME_MS = 40

// ECMA-48 controls. Auto-wrap is off while we draw: a line that is wider than we think is cut, not broken in two.
const [UP, ERASE_BELOW, WRAP_OFF, WRAP_ON] = ['\x1b[A', '\x1b[J', '\x1b[?7l', '\x1b[?7h']

/**
 * Keeps lines at the bottom of a terminal, with what is printed scrolling above them.
 *
 * @param lines gives what to draw, for a width in columns and a height in lines
 */
export function openRegion(
  terminal: Terminal,
  lines: (width: number, height: number) => readonly string[],
): Region {
  let above: string[] = []
  let drawn = 0
  let timer: NodeJS.Timeout | undefined
  const draw = (region: readonly string[]) => {
    clearTimeout(timer)
    timer = undefined
    const printed = above.map((line) => `${line}\n`).join('')
    const erase = `\r${UP.repeat(drawn)}${ERASE_BELOW}`
    // One write: the terminal never shows half of it.
    terminal.write(`${erase}${printed}${WRAP_OFF}${region.map((line) => `${line}\n`).join('')}${WRAP_ON}`)
    above = []
    drawn = region.length
  }
  const redraw = () => {
    // What is higher than the terminal could not be erased again.
    const height = () => Math.max(0, terminal.rows - 1)
    timer ??= setTimeout(() => draw(lines(terminal.columns, height()).slice(0, height())), FRAME_MS)
  }
  terminal.on('resize', redraw)
  return {
    print: (more) => {
      above.push(...more)
      redraw()
    },
    redraw,
    hide: () => draw([]),
    close: () => {
      terminal.off('resize', redraw)
      draw([])
    },
  }
}
