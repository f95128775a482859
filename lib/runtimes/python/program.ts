import type { Listen } from '../../../k8s/model/common.ts'
import { locks } from '../locks.ts'
import type { ProgramBuilder } from '../particulars.ts'
import { parts } from '../parts.ts'
import { pythonLog } from './log.ts'

/** What only a Python program has. */
interface OnlyPython {
  /** The ASGI application, as `module:name`. */
  readonly app: string
  /**
   * The module that makes its tables, and ends; of Alembic's migrations, which the folder of `migrations` holds. In the loop,
   * its function `run(step)` is called: under its lock, it gives `step` Alembic's configuration with the `connection` of a
   * transaction among its attributes.
   */
  readonly migrate?: string
}

/** Seconds that requests have to end in. */
const GRACE = 18

/** A server of uvicorn, which answers for its health below `/health`; in the loop a reloader that forks it anew. */
export const python: ProgramBuilder<OnlyPython> = ({ service, app, migrate, carries = [], ...program }) => {
  const { directory, port, sources, migrations } = program
  const args = { DIRECTORY: directory, APP: app, PORT: String(port) }
  const loop = { ...args, LOCKS: locks(directory, `${directory}/uv.lock`) }
  const listening = ({ host, port }: Listen) => ['--host', host, '--port', String(port)]
  const run = (listen: Listen) => [
    ...['python', '-m', 'uvicorn', app, ...listening(listen)],
    ...['--no-access-log', '--timeout-graceful-shutdown', String(GRACE)],
  ]
  const dev = ({ reloader, debug }: { reloader: string; debug?: Listen }, listen: Listen) => [
    ...['python', reloader, '--service', service, ...listening(listen)],
    ...sources.flatMap((folder) => ['--watch', folder]),
    ...(migrate && migrations ? ['--migrate', migrate, migrations.slice(directory.length + 1)] : []),
    ...(debug ? ['--debug', `${debug.host}:${debug.port}`] : []),
    app,
  ]
  return {
    kind: 'program',
    runtime: 'python',
    log: pythonLog,
    ...program,
    carries,
    build: {
      dockerfile: 'docker/python.Dockerfile',
      fetches: true,
      locked: 'uv.lock',
      run: { target: 'prod', args: { ...args, ...parts([...sources, ...carries]) } },
      synced: { target: 'dev', args: { ...loop, ...parts([...sources, ...carries]) } },
      debug: 'debug',
      mounted: { target: 'dev', args: { ...loop, ...parts(carries) } },
    },
    command: {
      run,
      stock: (listen) => [
        ...[...run(listen), '--reload'],
        ...sources.flatMap((folder) => ['--reload-dir', folder]),
      ],
      dev: (listen, reloader) => dev({ reloader }, listen),
      devPauses: true,
      ...(migrate ? { migrate: ['python', '-m', migrate], devMigrates: true } : {}),
    },
    debug: { type: 'debugpy', command: (listen, reloader, debug) => dev({ reloader, debug }, listen) },
    reloader: 'lib/runtimes/python/reload',
    packages: {
      files: ['pyproject.toml', 'uv.lock'],
      install: (reloader) => ['/opt/venv/bin/python', `${reloader}/install.py`],
    },
    probes: { live: '/health/live', ready: '/health/ready' },
    ask: (url) => ['python', '-c', `import urllib.request; urllib.request.urlopen('${url}')`],
  }
}
