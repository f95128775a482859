import type { Facts } from '../facts.ts'
import type { Explanation, OwnFinding } from '../finding.ts'

/** The API server does not let a workload make its pods: a quota, Pod Security, or another admission rule. */
export function podsRefused({ workloads, namespace }: Facts): OwnFinding[] {
  return workloads.flatMap(({ name: where, refusal }) =>
    refusal === undefined ? [] : [{ ...explanation(where, refusal, namespace), where, evidence: [refusal] }],
  )
}

function explanation(where: string, refusal: string, namespace: string): Explanation {
  const quota = /exceeded quota: ([\w.-]+), requested: (\S+), used: \S+, limited: (\S+)/.exec(refusal)
  if (quota)
    return {
      cause: 'quota-exceeded',
      message: `${where} gets no pod: it asks for ${quota[2]}, quota ${quota[1]} ends at ${quota[3]}.`,
      details: quota.slice(1),
      cure: `kubectl -n ${namespace} describe resourcequota ${quota[1]} shows what is used; raise it, or ask for less`,
    }
  if (/exceeded quota|failed quota/.test(refusal))
    return {
      cause: 'quota-exceeded',
      message: `${where} gets no pod: a quota of namespace ${namespace} does not allow it.`,
      cure: `kubectl -n ${namespace} describe resourcequota`,
    }
  const security = /violates PodSecurity "([^"]+)": ([^(]+)/.exec(refusal)
  if (security)
    return {
      cause: 'pod-security',
      message: `${where} gets no pod: Pod Security ${security[1]} forbids it (${security[2]?.trim()}).`,
      details: security.slice(1),
      cure: 'harden the container as k8s/pod.ts does: podSecurity and containerSecurity',
    }
  return {
    cause: 'pods-refused',
    message: `${where} gets no pod: the API server refuses to make one.`,
    cure: `kubectl -n ${namespace} describe ${where.replace('/', ' ')}`,
  }
}
