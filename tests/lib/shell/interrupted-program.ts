import { once } from 'node:events'
import { interruption } from '../../../lib/shell/interruption.ts'

/** Says `at work`, and how it was told to end. */
const interrupted = interruption('the program')
// Something that runs as long as nobody ends it.
const work = setInterval(() => undefined, 1000)
console.log('at work')
await once(interrupted, 'abort')
clearInterval(work)
console.log(interrupted.reason.message)
