import { rule } from './rule.ts'

/** What the operating system refuses a program, in its own words and in Node's. */
export const systemRules = [
  rule('inotify-limit', /ENOSPC.*watch|inotify (watch|instance) limit|EMFILE.*watch/i, (_, { where }) => ({
    message: `${where} cannot watch files: this machine allows too few inotify watches.`,
    cure: 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
  })),
  rule('disk-full', /No space left on device|ENOSPC: |disk quota exceeded/i, (_, { where }) => ({
    message: `${where} cannot write: its disk is full.`,
    cure: 'make room: docker system prune — and inside Minikube: minikube ssh -- docker system prune --force',
  })),
  rule('out-of-memory', /heap out of memory|^MemoryError|Cannot allocate memory/, (_, { where }) => ({
    message: `${where} needs more memory than it may have.`,
    cure: 'use less, or raise its memory limit in k8s/services.ts',
  })),
  rule('port-taken', /address already in use(?:.*?:(\d+)\b|.*'[\d.:]+', (\d+)\))?/i, (match, { where }) => {
    const port = match[1] ?? match[2]
    return {
      message: `${where} cannot listen: ${port ? `port ${port}` : 'its port'} is already taken where it runs.`,
      cure: 'give it a port of its own in k8s/services.ts, or end the other program there',
    }
  }),
  rule(
    'read-only-file-system',
    /(?:Read-only file system|EROFS: ).*?(?:'([^']+)')?$/i,
    ([, path], { where }) => ({
      message: `${where} writes ${path ? `to ${path}` : 'somewhere'}, where its file system is read-only.`,
      cure: 'write below /tmp, or add the folder to "writable" of the service in k8s/services.ts',
    }),
  ),
  rule('wrong-architecture', /exec format error/i, (_, { where }) => ({
    message: `${where} cannot run: the image was built for another processor.`,
    cure: 'build it here: skaffold build — or for this processor: docker build --platform',
  })),
  rule('permission-denied', /(?:Permission denied|EACCES: ).*?(?:'([^']+)')?$/i, ([, path], { where }) => ({
    message: `${where} may not use ${path ?? 'a file it needs'}: permission denied to its user.`,
    cure: 'give it to uid 10001 in the Dockerfile (COPY --chown), or add it to "writable" in k8s/services.ts',
  })),
]
