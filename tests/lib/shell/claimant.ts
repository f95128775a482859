import { renameSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { claim } from '../../../lib/shell/claim.ts'
import { beginning } from '../../../lib/shell/processes.ts'

export interface Rounds {
  readonly file: string
  /** 0 is the one that puts the dead owner's file there before each round. */
  readonly number: number
  readonly claimants: number
  readonly rounds: number
  /** How often a claimant has come to where all meet. */
  readonly arrivals: Int32Array
}

const { file, number, claimants, rounds, arrivals }: Rounds = workerData
const mine = `${file}.${number}`
let meetings = 0
const meet = () => {
  const all = ++meetings * claimants
  Atomics.add(arrivals, 0, 1)
  Atomics.notify(arrivals, 0)
  for (let come = Atomics.load(arrivals, 0); come < all; come = Atomics.load(arrivals, 0))
    Atomics.wait(arrivals, 0, come)
}

writeFileSync(mine, JSON.stringify({ pid: process.pid, began: beginning(process.pid), command: `${number}` }))
const won: boolean[] = []
for (let round = 0; round < rounds; round++) {
  if (number === 0) {
    writeFileSync(
      `${file}.dead`,
      JSON.stringify({ pid: process.pid, began: 'long ago', command: `${round}` }),
    )
    renameSync(`${file}.dead`, file)
  }
  meet()
  won.push(claim(file, mine) === undefined)
  meet()
}
parentPort?.postMessage(won)
