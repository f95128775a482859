import { EventEmitter } from 'node:events'

/** A terminal that is typed into by `emit('data', bytes)`. */
export class Keyboard extends EventEmitter {
  readonly isTTY = true
  isRaw = false

  setRawMode(raw: boolean): void {
    this.isRaw = raw
  }

  resume(): void {}

  pause(): void {}
}
