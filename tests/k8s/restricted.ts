import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { containers } from './pods.ts'

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]
const PROFILES = ['RuntimeDefault', 'Localhost']

/**
 * The `restricted` Pod Security Standard, https://kubernetes.io/docs/concepts/security/pod-security-standards/
 *
 * @returns what the pod breaks, one sentence each
 */
export function breachesOfRestricted(pod: IPodSpec): string[] {
  const found: string[] = []
  const ask = (fulfilled: boolean, what: string) => {
    if (!fulfilled) found.push(what)
  }
  const of = pod.securityContext ?? {}
  ask(!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, 'shares a namespace of the host')
  ask(!of.sysctls?.length, 'sets sysctls')
  for (const { name, ...source } of pod.volumes ?? [])
    for (const type of Object.keys(source)) ask(VOLUMES.includes(type), `volume ${name} is of type ${type}`)
  for (const container of containers(pod)) {
    const { name, ports, securityContext: own = {} } = container
    ask(!own.privileged, `${name} is privileged`)
    ask(own.allowPrivilegeEscalation === false, `${name} may escalate privileges`)
    ask(own.capabilities?.drop?.includes('ALL') ?? false, `${name} does not drop all capabilities`)
    ask(
      (own.capabilities?.add ?? []).every((added) => added === 'NET_BIND_SERVICE'),
      `${name} adds capabilities`,
    )
    ask((own.runAsNonRoot ?? of.runAsNonRoot) === true, `${name} may run as root`)
    ask((own.runAsUser ?? of.runAsUser) !== 0, `${name} runs as user 0`)
    ask(
      PROFILES.includes((own.seccompProfile ?? of.seccompProfile)?.type ?? ''),
      `${name} has no seccomp profile`,
    )
    ask((own.procMount ?? 'Default') === 'Default', `${name} unmasks /proc`)
    ask(!own.seLinuxOptions?.user && !own.seLinuxOptions?.role, `${name} sets an SELinux user or role`)
    ask(
      (own.appArmorProfile?.type ?? 'RuntimeDefault') !== 'Unconfined',
      `${name} is not confined by AppArmor`,
    )
    ask(
      (ports ?? []).every(({ hostPort }) => !hostPort),
      `${name} opens a port of the host`,
    )
    ask(!own.windowsOptions?.hostProcess, `${name} is a host process`)
  }
  return found
}
