import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { texts } from '../../../lib/diagnosis/lines/plain-lines.ts'
import { programError } from '../../../lib/diagnosis/lines/program-error.ts'
import { readLines } from '../../../lib/diagnosis/lines/read.ts'
import { placeIn } from '../../../lib/diagnosis/place.ts'
import { WAITS } from '../../../lib/runtimes/postgres/alone.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('what a program’s last lines tell')
const cluster = { namespace: 'todo', services: ['backend', 'postgres'] }
const surroundings = { stack: MAIN, cluster, databasePort: 5432, portOffset: 0, runs: () => true }
const place = placeIn(surroundings, 'deployment/backend')
const read = (said: string, alive = false) => readLines(said.split('\n').flatMap(texts), place, [], alive)

for (const [what, said, cause, message] of [
  [
    'Python that does not parse',
    `Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "/usr/local/lib/python3.13/site-packages/uvicorn/importer.py", line 19, in import_from_string
    module = importlib.import_module(module_str)
  File "/app/app/main.py", line 12
    def (
        ^
SyntaxError: invalid syntax`,
    'program-broken',
    'SyntaxError: invalid syntax (app/main.py:12)',
  ],
  [
    'Python that lacks a package',
    `Traceback (most recent call last):
  File "/app/app/main.py", line 3, in <module>
    import of_nobody
ModuleNotFoundError: No module named 'of_nobody'`,
    'program-broken',
    "No module named 'of_nobody' (app/main.py:3)",
  ],
  [
    'Node that does not parse',
    `file:///app/server.ts:3
const x =


SyntaxError: Unexpected end of input
    at compileSourceTextModule (node:internal/modules/esm/utils:339:16)

Node.js v24.1.0`,
    'program-broken',
    'SyntaxError: Unexpected end of input (server.ts:3)',
  ],
  [
    'Go that does not compile',
    '{"level":"error","event":"broken","message":"Does not compile: ./main.go:12:3: undefined: shelf"}',
    'program-broken',
    'undefined: shelf (main.go:12)',
  ],
  [
    'Node that lacks a module',
    `node:internal/modules/esm/resolve:275
    throw new ERR_MODULE_NOT_FOUND(
          ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/of-nobody.ts' imported from /app/server.ts
    at finalizeResolution (node:internal/modules/esm/resolve:275:11) {
  code: 'ERR_MODULE_NOT_FOUND',
}`,
    'program-broken',
    "Cannot find module '/app/of-nobody.ts'",
  ],
  [
    'a full disk, in Python',
    `Traceback (most recent call last):
  File "/app/app/main.py", line 3, in <module>
OSError: [Errno 28] No space left on device: '/tmp/x'`,
    'disk-full',
    'its disk is full',
  ],
  [
    'a taken port, in Node',
    `Error: listen EADDRINUSE: address already in use 0.0.0.0:8002
    at Server.setupListenHandle [as _listen2] (node:net:1940:16)
  code: 'EADDRINUSE',`,
    'port-taken',
    'port 8002 is already taken',
  ],
  [
    'a taken port, in Python',
    "[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
    'port-taken',
    'already taken',
  ],
  [
    'a read-only root',
    "OSError: [Errno 30] Read-only file system: '/app/x'",
    'read-only-file-system',
    '/app/x',
  ],
  [
    'a foreign file',
    "PermissionError: [Errno 13] Permission denied: '/data/x'",
    'permission-denied',
    '/data/x',
  ],
  ['a foreign processor', 'exec /usr/local/bin/python: exec format error', 'wrong-architecture', 'processor'],
  [
    'too few watches',
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
    'inotify-limit',
    'inotify',
  ],
  [
    'a full heap',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'out-of-memory',
    'memory',
  ],
  [
    'a Service that is none',
    'Error: getaddrinfo ENOTFOUND postgers',
    'host-unknown',
    'postgers, and no Service',
  ],
  [
    'a name that leads nowhere',
    'socket.gaierror: [Errno -3] Temporary failure in name resolution',
    'host-unknown',
    'leads nowhere',
  ],
  [
    'the migration whose password is wrong',
    'The database refuses us: password authentication failed for user "todo". Check DATABASE_URL.',
    'database-password',
    'password of user todo',
  ],
  ['a database that is none', 'FATAL:  database "tod" does not exist', 'database-missing', 'no database tod'],
  [
    'a database that is away, in Node',
    'Error: connect ECONNREFUSED 10.96.3.4:5432',
    'database-refused',
    'does not answer',
  ],
  [
    'a database that is away, in Python',
    "OSError: Multiple exceptions: [Errno 111] Connect call failed ('10.96.3.4', 5432)",
    'database-refused',
    'does not answer',
  ],
  [
    'a database whose folder the node has lost',
    `mkdir: cannot create directory '/var/lib/postgresql/data/pgdata': Permission denied
pg_ctl: directory "/var/lib/postgresql/data/pgdata" does not exist`,
    'database-folder',
    'may not write to its volume',
  ],
  [
    'a lost folder in which nothing can be locked',
    'sh: 1: cannot create /var/lib/postgresql/data/server.lock: Permission denied',
    'database-folder',
    'may not write to its volume',
  ],
  [
    'a database whose volume another still uses',
    `LOG:  ${WAITS}`,
    'database-in-use',
    'waits until the server of another container has ended',
  ],
  [
    'a database that is full',
    'FATAL: sorry, too many clients already',
    'database-full',
    'no connection left',
  ],
] as const)
  test(what, () => {
    const told = read(said)
    assert.is(told?.cause, cause)
    assert.match(told?.message ?? '', message)
    assert.ok(told?.cure)
  })

const host = { where: 'backend', cluster: undefined, afterSettings: 'npm run up' }
const database = (port: number) => ({ database: { service: 'postgres', secret: 'DATABASE_URL', port } })
for (const [what, said, where, cause, cure] of [
  // The database, wherever it listens.
  [
    'an offset of ports, in Node',
    'Error: connect ECONNREFUSED 127.0.0.1:6432',
    { ...host, ...database(6432) },
    'database-refused',
    'npm run up',
  ],
  [
    'an offset of ports, in Python',
    "[Errno 111] Connect call failed ('127.0.0.1', 6432)",
    { ...host, ...database(6432) },
    'database-refused',
    'npm run up',
  ],
  [
    'IPv6',
    "[Errno 111] Connect call failed ('::1', 6432, 0, 0)",
    { ...database(6432) },
    'database-refused',
    'npm run up',
  ],
  [
    'another service that is away',
    'Error: connect ECONNREFUSED 127.0.0.1:5432',
    { ...host, ...database(6432) },
    undefined,
    '',
  ],
  [
    'another service, in Node',
    'Error: connect ECONNREFUSED 10.96.3.4:8001',
    {},
    'service-refused',
    'service mcp',
  ],
  [
    'another service, in Go',
    'dial tcp 10.96.3.4:8001: connect: connection refused',
    {},
    'service-refused',
    'service mcp',
  ],
  ['another service, here', "Connect call failed ('127.0.0.1', 8001)", host, 'service-refused', 'npm run up'],
  ['a port that begins alike', 'Error: connect ECONNREFUSED 127.0.0.1:54321', {}, undefined, ''],
  // What helps on this machine, and what in a cluster.
  ['a full disk, in the cluster', 'ENOSPC: no space left on device', {}, 'disk-full', 'minikube ssh'],
  ['a full disk, here', 'ENOSPC: no space left on device', host, 'disk-full', 'df -h'],
  ['a full memory, in the cluster', 'Cannot allocate memory', {}, 'out-of-memory', 'stack/stack.ts'],
  ['a full memory, here', 'Cannot allocate memory', host, 'out-of-memory', 'of this machine'],
  [
    'a taken port, in the cluster',
    'listen EADDRINUSE: address already in use 0.0.0.0:8000',
    {},
    'port-taken',
    'stack/stack.ts',
  ],
  [
    'a taken port, here',
    'listen EADDRINUSE: address already in use 0.0.0.0:8000',
    host,
    'port-taken',
    'PORT_OFFSET',
  ],
  [
    'a read-only disk, here',
    "EROFS: read-only file system, open '/x/y'",
    host,
    'read-only-file-system',
    'mount',
  ],
  [
    'a foreign file, here',
    "EACCES: permission denied, open '/x/y'",
    host,
    'permission-denied',
    'ls -ld /x/y',
  ],
  [
    'a wrong password, here',
    'password authentication failed for user "todo"',
    host,
    'database-password',
    'then npm run up',
  ],
] as const)
  test(`the cure fits the place: ${what}`, () => {
    const told = readLines([said], { ...place, ...where }, [], false)
    assert.is(told?.cause, cause)
    assert.ok((told?.cure ?? '').includes(cure), told?.cure)
  })

test('the last telling line counts, not the first', () => {
  const told = read(
    'Error: connect ECONNREFUSED 10.96.3.4:5432\nretrying\nFATAL: password authentication failed for user "todo"',
  )
  assert.is(told?.cause, 'database-password')
})

test('what a reloader said before it started well again is no cause', () => {
  const broken =
    'Traceback (most recent call last):\n  File "/app/app/main.py", line 12\nSyntaxError: invalid syntax'
  assert.is(read(broken, true)?.cause, 'program-broken')
  assert.is(read(`${broken}\nINFO:     Application startup complete.`, true), undefined)
})

test('a traceback inside a JSON line is read like one outside', () => {
  const line = JSON.stringify({
    level: 'error',
    service: 'backend',
    message: 'Does not start: NameError',
    exception:
      'Traceback (most recent call last):\n  File "/app/core/x.py", line 7, in <module>\n    y\nNameError: name \'y\' is not defined',
  })
  assert.match(read(line, true)?.message ?? '', "NameError: name 'y' is not defined (core/x.py:7)")
})

test('a page that Next.js cannot compile is named with its line', () => {
  const said = '⨯ ./src/app/page.tsx:12:5\nParsing ecmascript source code failed'
  assert.match(read(said, true)?.message ?? '', 'Parsing ecmascript source code failed (src/app/page.tsx:12)')
})

test('a panic is named with the line of the program', () => {
  const said = `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
runtime.gopanic({0x1, 0x2})
\t/usr/local/go/src/runtime/panic.go:792 +0x132
main.take(...)
\t/app/shelf.go:34
main.main()
\t/app/main.go:12 +0x1d`
  const { error, file } = programError(said.split('\n')) ?? {}
  assert.equal([error, file], ['panic: runtime error: index out of range [3] with length 3', 'shelf.go:34'])
})

test('everyday lines tell nothing', () => {
  assert.is(
    read('{"level":"info","message":"GET /api/tasks 200"}\nINFO: Started server process [1]\nReady in 812ms'),
    undefined,
  )
})

test.run()
