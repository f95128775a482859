import type { Manifest } from '../../k8s/manifest.ts'
import { manifests } from '../../k8s/manifests.ts'
import { namesOf } from '../../k8s/names.ts'
import type { Profile, Settings } from '../../k8s/settings.ts'
import type { Kubectl } from '../../lib/cluster/kubectl.ts'

/** Removes what a loop alone has, which it could not take down itself if it was killed, and waits until it is gone. */
export async function removeLeftOfLoop(kubectl: Kubectl, settings: Settings): Promise<void> {
  const alone = ofLoopAlone(settings)
  const isVolume = ({ kind }: Manifest) => kind === 'PersistentVolume'
  const place = `--namespace=${namesOf(settings.stack).namespace}`
  const remove = (objects: readonly Manifest[]) =>
    kubectl(['delete', place, '--ignore-not-found', '--timeout=120s', ...objects.map(named)], {
      timeout: '130s',
    })
  await remove(alone.filter((object) => !isVolume(object)))
  // Who may not touch volumes is a guest of another cluster than Minikube, where no loop mounts its sources.
  await remove(alone.filter(isVolume)).catch(() => undefined)
}

function ofLoopAlone(settings: Settings): Manifest[] {
  const all = (profile: Profile) => [...manifests(settings, profile).values()].flat()
  const deployed = new Set(all('run').map(named))
  return all('dev').filter((object) => !deployed.has(named(object)))
}

function named({ kind, metadata }: Manifest): string {
  return `${kind.toLowerCase()}/${metadata?.name}`
}
