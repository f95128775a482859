import { userInfo } from 'node:os'
import type { Cause } from '../../../k8s/model/cause.ts'

/** What the operating system refuses a program, in its own words and in Node's. */
export const systemCauses: readonly Cause[] = [
  {
    id: 'inotify-limit',
    says: /ENOSPC.*watch|inotify (watch|instance) limit|EMFILE.*watch/i,
    means: (_, { where }) => ({
      message: `${where} cannot watch files: this machine allows too few inotify watches.`,
      cure: 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
    }),
  },
  {
    id: 'disk-full',
    says: /No space left on device|ENOSPC: |disk quota exceeded/i,
    means: (_, { where, cluster }) => ({
      message: `${where} cannot write: its disk is full.`,
      cure: cluster
        ? 'make room: docker system prune — and inside Minikube: minikube ssh -- docker system prune --force'
        : 'make room on this machine; df -h shows where there is none',
    }),
  },
  {
    id: 'out-of-memory',
    says: /heap out of memory|^MemoryError|Cannot allocate memory/,
    means: (_, { where, cluster }) => ({
      message: `${where} needs more memory than it may have.`,
      cure: cluster
        ? 'use less, or raise its memory limit in stack/stack.ts'
        : 'end what else needs the memory of this machine; free -m shows it',
    }),
  },
  {
    id: 'port-taken',
    says: /address already in use(?:.*?:(\d+)\b|.*'[\d.:]+', (\d+)\))?/i,
    means: ([, one, other], { where, cluster }) => {
      const port = one ?? other
      return {
        message: `${where} cannot listen: ${port ? `port ${port}` : 'its port'} is already taken where it runs.`,
        cure: cluster
          ? 'give it a port of its own in stack/stack.ts, or end the other program there'
          : 'end the other program, or put PORT_OFFSET=1000 into .env.local',
        details: port ? [port] : [],
      }
    },
  },
  {
    id: 'read-only-file-system',
    says: /(?:Read-only file system|EROFS: ).*?(?:'([^']+)')?$/i,
    means: ([, path], { where, cluster }) => ({
      message: `${where} writes ${path ? `to ${path}` : 'somewhere'}, where its file system is read-only.`,
      cure: cluster
        ? 'write below /tmp, or add the folder to "writable" of the service in stack/stack.ts'
        : `write elsewhere, or mount ${path ? `the disk of ${path}` : 'that disk'} for writing`,
      details: path ? [path] : [],
    }),
  },
  {
    id: 'wrong-architecture',
    says: /exec format error/i,
    means: (_, { where }) => ({
      message: `${where} cannot run: the image was built for another processor.`,
      cure: 'build it here: skaffold build — or for this processor: docker build --platform',
    }),
  },
  {
    id: 'permission-denied',
    says: /(?:Permission denied|EACCES: ).*?(?:'([^']+)')?$/i,
    means: ([, path], { where, cluster }) => ({
      message: `${where} may not use ${path ?? 'a file it needs'}: permission denied to its user.`,
      cure: cluster
        ? 'give it to uid 10001 in the Dockerfile (COPY --chown), or add it to "writable" in stack/stack.ts'
        : `let ${userInfo().username} use it; ls -ld ${path ?? 'FILE'} shows whose it is`,
      details: path ? [path] : [],
    }),
  },
]
