import type { Listen } from '../../../k8s/model/common.ts'
import type { Program } from '../../../k8s/model/program.ts'
import { locks } from '../locks.ts'
import { parts } from '../parts.ts'
import { pythonLog } from './log.ts'

/** What of a Python program its runtime does not say. */
type Particulars<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  'kind' | 'runtime' | 'build' | 'command' | 'debug' | 'reloader' | 'packages' | 'probes' | 'ask'
> & {
  /** What it calls itself in its log. */
  readonly service: Name
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
export function python<
  const Config extends string = never,
  const Secret extends string = never,
  const Name extends string = never,
>({
  service,
  app,
  migrate,
  carries = [],
  ...program
}: Particulars<Config, Secret, Name>): Program<Config, Secret, Name> {
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
