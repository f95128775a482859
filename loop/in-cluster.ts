import type { Finding } from '../diagnosis/finding.ts'
import { watchCauses } from '../diagnosis/watch.ts'
import { FORWARDED_BY } from '../hooks/gate.ts'
import { page, publicUrl } from '../k8s/exposure.ts'
import { NAMESPACE } from '../k8s/names.ts'
import { postgres, services } from '../k8s/services.ts'
import { LASTING } from '../k8s/transient.ts'
import { holdCheckout } from '../shell/checkout-marker.ts'
import { contextName, kubectlFor } from '../shell/kubectl.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { clusterTools } from '../tools/find.ts'
import { exitCode, spawnSkaffold } from '../tools/skaffold.ts'
import type { LoopEvent } from './event.ts'
import { followLoop } from './follow.ts'
import { keepForwarded } from './forwards.ts'
import { freePort } from './free-port.ts'
import { keepNewestImages } from './images.ts'
import { followModel } from './model.ts'
import { openScreen } from './screen/screen.ts'
import { keepMounted, keepSynced } from './sources.ts'

/**
 * Runs `skaffold dev` with what it lacks beside it: the right profile, the model watched, sources kept true, ports kept
 * open, causes named, one screen. Ctrl-C ends it.
 *
 * @returns Skaffold's exit code
 */
export async function loopInCluster(): Promise<number> {
  const { settings, given } = loadSettings()
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context)
  const running = services(settings)
  const forwarded = running.filter((service) => service.forwarded)
  const nodes = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ')
  const mounted = await holdCheckout(nodes)
  const over = new AbortController()
  const { signal } = over

  const pods = {
    kubectl: (await clusterTools()).kubectl?.path ?? 'kubectl',
    context,
    namespace: NAMESPACE,
    // What the others say comes from the commands that made them.
    selector: LASTING,
  }
  const hearers: ((event: LoopEvent) => void)[] = []
  const tell = (event: LoopEvent) => {
    for (const hear of hearers) hear(event)
  }
  for (const service of forwarded) hearers.push(await keepForwarded(service, pods, signal))
  const eventPort = await freePort()
  const profile = mounted ? 'dev' : 'synced'
  const words = ['dev', ...(mounted ? [] : ['--profile', profile]), '--tail=false', '--port-forward=off']
  const skaffold = await spawnSkaffold([...words, `--rpc-http-port=${eventPort}`], {
    output: 'pipe',
    env: { [FORWARDED_BY]: String(process.pid) },
  })
  const ended = exitCode(skaffold)
  // Ctrl-C reaches Skaffold by itself; other ways to end this process have to be passed on.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => skaffold.kill('SIGINT'))

  const screen = openScreen(
    [...running, ...(settings.database === 'cluster' ? [{ name: postgres.name }] : [])],
    {
      where: context,
      sources: mounted ? 'mounted' : 'synced',
      logs: 'kubectl -n todo logs -f deployment/…',
      links: {
        page: publicUrl(settings, profile, page(settings)),
        ...Object.fromEntries(forwarded.map(({ name, port }) => [name, `http://localhost:${port}`])),
      },
    },
  )
  hearers.push(screen.tell)
  const images = running.map(({ image }) => image)
  hearers.push(keepNewestImages(kubectl, nodes, [...new Set(images)]))
  if (mounted) keepMounted(kubectl, running, tell, signal)
  else hearers.push(keepSynced(kubectl, running, tell))
  followLoop({ skaffold, eventPort, pods, checkout: CHECKOUT, services: running }, tell, signal)
  followModel(profile, tell, signal)
  let findings: readonly Finding[] = []
  const told = ({ found, gone }: { found: readonly Finding[]; gone: readonly Finding[] }) => {
    findings = [...findings.filter((finding) => !gone.includes(finding)), ...found]
    tell({ kind: 'found', findings })
  }
  void watchCauses(context, NAMESPACE, Object.values(given), told, signal).catch((error: Error) =>
    tell({ kind: 'said', text: `causes are not watched any more: ${error.message}` }),
  )

  const code = await ended
  over.abort()
  screen.close()
  return code
}
