import assert from 'node:assert/strict'
import { pathWith } from '../../lib/cluster/find.ts'
import { ensureTool } from '../../lib/cluster/install.ts'
import { CONTEXT } from './cluster.ts'
import type { Copy } from './copy.ts'
import type { Ended } from './program.ts'

process.env.PATH = pathWith([await ensureTool('helm')])

/** Of the images that releases here are made of. */
const TAG = 'helm-test'

/** Builds the images of the copy in the cluster. */
export async function build(copy: Copy): Promise<void> {
  await well(copy.run(['skaffold', 'build', '-p', 'minikube', `--kube-context=${CONTEXT}`, `--tag=${TAG}`]))
}

/** The verbs of Helm for one release of the chart, which the copy holds. */
export function release(copy: Copy, namespace: string) {
  const run = (...words: string[]) =>
    copy.run(['helm', ...words, '--kube-context', CONTEXT, '--namespace', namespace])
  const patiently = ['--wait', '--timeout', '180s']
  return {
    install: (...words: string[]) =>
      run('install', 'todo', 'helm/todo', '--set', `image.tag=${TAG}`, ...patiently, ...words),
    upgrade: (values: string, ...words: string[]) =>
      run('upgrade', 'todo', 'helm/todo', '--reuse-values', '--set', values, ...patiently, ...words),
    rollback: (revision: number) => run('rollback', 'todo', String(revision), ...patiently),
    test: () => run('test', 'todo'),
    uninstall: () => run('uninstall', 'todo', '--ignore-not-found', '--wait'),
  }
}

/** @returns what it said. @throws Error with that where it ended badly */
export async function well(run: Promise<Ended>): Promise<string> {
  const { code, said } = await run
  assert.equal(code, 0, said)
  return said
}
