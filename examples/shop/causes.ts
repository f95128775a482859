import type { Cause } from '../../k8s/model/cause.ts'

/** What the shop's programs say when they fail. */
export const causes: readonly Cause[] = [
  {
    id: 'cache-password',
    // https://valkey.io/commands/auth
    says: /\b(WRONGPASS|NOAUTH)\b/,
    means: (_, { where, cluster }) => ({
      message: `The cache refuses the password with which ${where} signs in: one of the two has read an older one.`,
      cure: cluster
        ? `kubectl -n ${cluster.namespace} rollout restart statefulset/cache deployment/api`
        : 'npm run up -- --stack examples/shop',
    }),
  },
  {
    id: 'secret-key-missing',
    says: /The shop cannot be open: open \S+\/(\w+): no such file/,
    means: ([, key = ''], { where, afterSettings }) => ({
      message: `${where} finds no secret ${key}.`,
      cure: afterSettings,
      details: [key],
    }),
  },
]
