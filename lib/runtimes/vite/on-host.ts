import { build, installPackages, MANIFESTS } from '../node/npm.ts'
import { onThisNode } from '../node/on-host.ts'
import { type HostRuntime, onePerDirectory } from '../on-host.ts'

/** What a page is built of, beside its sources. */
const CONFIGURATION = ['vite.config.ts', 'tsconfig.json']

/** Its dev server needs no build. */
export const viteOnHost: HostRuntime = (programs, { reloads }) => ({
  preparations: onePerDirectory(programs).map(({ name, directory, sources }) => [
    { name: `${name} packages`, run: (interrupted) => installPackages(directory, interrupted) },
    ...(reloads
      ? []
      : [
          {
            name: `${name} build`,
            run: (interrupted: AbortSignal) => {
              const inputs = [...MANIFESTS, ...CONFIGURATION, ...sources]
              return build(
                directory,
                { inputs, output: 'dist', command: ['npm', 'run', 'build'] },
                interrupted,
              )
            },
          },
        ]),
  ]),
  command: onThisNode,
})
