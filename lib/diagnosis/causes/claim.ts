import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** Milliseconds until a claim is bound, where something is there that makes its volume. */
const A_MOMENT = 2_500
const PROVISIONING = 10_000

/** A pod whose volume nobody makes. */
export function volumeUnbound({ pods, claims, events, now, namespace }: Facts): OwnFinding[] {
  return pods.flatMap(({ unschedulable: waiting, workload: where, claims: wanted }) => {
    if (!waiting || now - waiting.since < A_MOMENT || !/PersistentVolumeClaim/i.test(waiting.message))
      return []
    return wanted.flatMap((name) => {
      const claim = claims.find((candidate) => candidate.name === name)
      if (claim?.bound) return []
      const finding = { cause: 'volume-unbound' as const, where, details: [name] }
      if (!claim)
        return {
          ...finding,
          message: `${where} waits for the volume claim ${name}, which does not exist.`,
          cure: `kubectl -n ${namespace} get persistentvolumeclaims lists those there are`,
          evidence: [waiting.message],
        }
      const words = events.find(
        ({ about, reason }) => about === `PersistentVolumeClaim/${name}` && reason !== 'Provisioning',
      )?.message
      const hopeless = !claim.storageClass || /not found|no storage class|failed/i.test(words ?? '')
      if (!hopeless && now - claim.since < PROVISIONING) return []
      return {
        ...finding,
        message: claim.storageClass
          ? `${where} waits for its volume: claim ${name} of storage class ${claim.storageClass} is not bound${words?.includes('not found') ? ', that class does not exist' : ''}.`
          : `${where} waits for its volume: claim ${name} has no storage class, and no volume fits it.`,
        cure: claim.storageClass
          ? 'kubectl get storageclasses lists the classes there are; minikube addons enable storage-provisioner'
          : 'minikube addons enable default-storageclass — then delete the claim, and deploy again',
        evidence: [words ?? waiting.message],
      }
    })
  })
}
