import { installPackages } from '../node/npm.ts'
import { onThisNode } from '../node/on-host.ts'
import { type HostRuntime, onePerDirectory } from '../on-host.ts'
import { buildNext } from './build.ts'

export const nextOnHost: HostRuntime = (programs, { reloads }) => ({
  preparations: onePerDirectory(programs).map((program) => [
    {
      name: `${program.name} packages`,
      run: (interrupted) => installPackages(program.directory, interrupted),
    },
    ...(reloads
      ? []
      : [
          {
            name: `${program.name} build`,
            run: (interrupted: AbortSignal) => buildNext(program, interrupted),
          },
        ]),
  ]),
  command: onThisNode,
})
