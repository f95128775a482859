import { once } from 'node:events'
import { interruption } from '../../../lib/shell/interruption.ts'

/** Says `at work`, and how it was told to end. As of a loop, a dozen parts end with it. */
const interrupted = interruption('the program')
for (let part = 0; part < 12; part++) interrupted.addEventListener('abort', () => undefined)
// Something that runs as long as nobody ends it.
const work = setInterval(() => undefined, 1000)
console.log('at work')
await once(interrupted, 'abort')
clearInterval(work)
console.log(interrupted.reason.message)
