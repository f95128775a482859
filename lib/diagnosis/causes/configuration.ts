import type { Facts } from '../facts.ts'
import { type Explanation, type OwnFinding, where } from '../finding.ts'

/** A Secret, a ConfigMap or one of their keys that a pod asks for and nobody made. */
export function configurationMissing(facts: Facts): OwnFinding[] {
  return facts.pods.flatMap((pod) => {
    const inContainers = pod.containers.flatMap(({ name, state }) => {
      if (state.is !== 'waiting' || state.reason !== 'CreateContainerConfigError') return []
      const at = where(pod.workload, name)
      const explanation = missing(state.message, at, facts)
      return explanation ? [{ ...explanation, where: at, evidence: [state.message] }] : []
    })
    const mounts = facts.events.filter(
      ({ about, reason }) => about === `Pod/${pod.name}` && reason === 'FailedMount' && waits(pod),
    )
    const inVolumes = mounts.flatMap(({ message }) => {
      const explanation = missing(message, pod.workload, facts)
      return explanation ? [{ ...explanation, where: pod.workload, evidence: [message] }] : []
    })
    return [...inContainers, ...inVolumes.slice(-1)]
  })
}

function waits({ containers }: Facts['pods'][number]): boolean {
  return containers.every(({ state }) => state.is === 'waiting')
}

/** Words of the kubelet. What has been made since is not missing: it looks again by itself. */
function missing(words: string, at: string, { keys, namespace }: Facts): Explanation | undefined {
  const [, inMap, map] = /find key (\S+) in ConfigMap [^/]+\/(\S+)/i.exec(words) ?? []
  const [, inSecret, secret] = /find key (\S+) in Secret [^/]+\/(\S+)/i.exec(words) ?? []
  const [, mounted] = /references non-existent secret key: (\S+)/i.exec(words) ?? []
  const [, mountedMap] = /references non-existent config key: (\S+)/i.exec(words) ?? []
  const [, kind, name] = /(secret|configmap) "([^"]+)" not found/i.exec(words) ?? []
  const key = inSecret ?? mounted
  const setting = inMap ?? mountedMap
  if (key && !(secret && keys.get(`Secret/${secret}`)?.includes(key)))
    return {
      cause: 'secret-key-missing',
      message: `${at} cannot start: ${secret ? `Secret ${secret}` : 'its Secret'} has no key ${key}.`,
      details: [key],
      cure: 'npm run secrets',
    }
  if (setting && !(map && keys.get(`ConfigMap/${map}`)?.includes(setting)))
    return {
      cause: 'config-key-missing',
      message: `${at} cannot start: ${map ? `ConfigMap ${map}` : 'its ConfigMap'} has no key ${setting}.`,
      details: [setting],
      cure: `add ${setting} to stack/stack.ts, then deploy again: docs/runbooks/add-an-environment-variable.md`,
    }
  if (kind?.toLowerCase() === 'secret' && !keys.has(`Secret/${name}`))
    return {
      cause: 'secret-missing',
      message: `${at} cannot start: there is no Secret ${name} in namespace ${namespace}.`,
      details: [name ?? ''],
      cure: 'npm run secrets',
    }
  if (kind?.toLowerCase() === 'configmap' && !keys.has(`ConfigMap/${name}`))
    return {
      cause: 'config-missing',
      message: `${at} cannot start: there is no ConfigMap ${name} in namespace ${namespace}.`,
      details: [name ?? ''],
      cure: 'npm run up renders and deploys it again',
    }
  return undefined
}
