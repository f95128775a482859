import assert from 'node:assert/strict'
import { inNamespace, type Pod } from './cluster.ts'

/**
 * Tries, in each container of each pod, what a hardened one must refuse.
 *
 * @param synced containers whose whole working folder is a volume that Skaffold writes to
 */
export async function assertHardened(pods: readonly Pod[], synced: readonly string[] = []): Promise<void> {
  for (const { metadata, spec } of pods)
    for (const { name: container } of spec.containers) {
      const script = `id -u; touch /probe 2>&1; touch /app/probe 2>&1 && rm /app/probe && echo; ls /var/run/secrets/kubernetes.io 2>&1; true`
      const said = await inNamespace(
        'exec',
        metadata.name,
        `--container=${container}`,
        '--',
        'sh',
        '-c',
        script,
      )
      const [user, atRoot, inApp, token] = said.trim().split('\n')
      const where = `${metadata.name}/${container}`
      assert.equal(user, container === 'postgres' ? '999' : '10001', where)
      assert.match(atRoot ?? '', /Read-only file system/, where)
      const refusal = container === 'postgres' ? /No such file/ : /Read-only file system/
      assert.match(inApp ?? '', synced.includes(container) ? /^$/ : refusal, where)
      assert.match(token ?? '', /No such file or directory/, where)
    }
}
