import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSkaffoldLine } from '../../../lib/loop/skaffold-line.ts'

const test = suite("Skaffold's lines")

test('that the screen says better are dropped', () => {
  const noise = [
    'Generating tags...',
    ' - todo-backend -> todo-backend:24880f8d8d3acb7ce2860bb95ca7da95',
    ' - todo-mcp: Not found. Building',
    ' - todo-mcp: Found Locally',
    'Building [todo-mcp]...',
    '#7 [3/3] COPY . .',
    '#7 DONE 0.0s',
    'Build [todo-mcp] succeeded',
    ' - deployment.apps/backend configured',
    ' - todo:deployment/backend is ready.',
    '    - todo:pod/backend-74b8c46c84-c4p89: Readiness probe failed: connection refused',
    'Starting post-deploy hooks...',
    'Completed pre-deploy hooks',
    'Port forwarding service/backend in namespace todo, remote port 8000 -> http://127.0.0.1:8000',
    'Watching for changes...',
    ' - deployment.apps "backend" deleted from todo namespace',
    'time="2026-11-21T07:58:40Z" level=warning msg="Skipping test and deploy due to build error:build [todo-mcp] failed" subtask=-1 task=DevLoop',
    '',
  ]
  for (const line of noise) assert.is(readSkaffoldLine(line), undefined, line)
})

test('that say why something failed, and those of hooks, are kept', () => {
  const kept = [
    '#8 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    '   5 | >>> RUN false',
    'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    'smoke: ✓ sign in 12 ms',
    'smoke: FAILED — the loop goes on; save a fix, or run it again with: npm run smoke',
    'gate: context minikube is fit',
    '✗ The cluster is too small',
    '  → minikube delete, then npm run cluster -- up',
  ]
  for (const line of kept) assert.is(readSkaffoldLine(line), line)
})

test('of its own log are shown as sentences', () => {
  const line =
    'time="2026-11-21T07:58:29Z" level=warning msg="image \\"x\\" is old:\\n - more" subtask=-1 task=Build'
  assert.is(readSkaffoldLine(line), 'skaffold: image "x" is old:')
  assert.is(readSkaffoldLine('\x1b[33mtime="x" level=error msg=short\x1b[0m'), 'skaffold: short')
})

test.run()
