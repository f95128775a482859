import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { page, publicUrl } from '../../k8s/exposure.ts'
import { namesOf } from '../../k8s/names.ts'
import { installers } from '../../k8s/packages.ts'
import { joining, ONLY } from '../../k8s/part.ts'
import { type NamedProgram, programs, stores } from '../../k8s/services.ts'
import { DEV_LOOP } from '../../k8s/settings.ts'
import { lasting } from '../../k8s/transient.ts'
import { openApi } from '../cluster/api.ts'
import { holdCheckout } from '../cluster/checkout-marker.ts'
import { clusterTools } from '../cluster/find.ts'
import { contextName, kubectlFor } from '../cluster/kubectl.ts'
import { skaffoldSays, startSkaffold } from '../cluster/skaffold.ts'
import { NAMED_BY } from '../diagnosis/naming-causes.ts'
import { secretsOf } from '../diagnosis/report.ts'
import { freePort } from '../shell/free-port.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import { debuggerLinks } from './debugger-links.ts'
import { broughtAs } from './deployed.ts'
import { engineOf } from './engine.ts'
import { faults } from './fault/bring-about.ts'
import { faultInCluster } from './fault/in-cluster.ts'
import { followFindings } from './findings.ts'
import { compileFirstPage } from './first-page.ts'
import { followLoop } from './follow.ts'
import { FORWARDED_BY } from './forwarded-by.ts'
import { keepForwarded } from './forwards.ts'
import { loadHooks } from './hooks/loaded.ts'
import { forgetOldImages } from './images.ts'
import { bringBackImages } from './missing-image.ts'
import { followModel } from './model.ts'
import { followInCluster } from './packages/in-cluster.ts'
import { openPause } from './pause.ts'
import { watchRollouts } from './rollouts.ts'
import { watchSaves } from './saves.ts'
import { handsHere } from './screen/hands.ts'
import type { ScreenPlace } from './screen/lines.ts'
import { openScreen } from './screen/screen.ts'
import { socketOf } from './session/client.ts'
import { serveSession } from './session/serve.ts'
import type { Session } from './session/session.ts'
import { followsChanges } from './skaffold-events.ts'
import { followSmoke } from './smoke.ts'
import { keepMounted, keepSynced } from './sources.ts'

/**
 * Runs `skaffold dev` with what it lacks beside it: the right profile, the model watched, sources kept true, ports kept
 * open, causes named, one screen. However it ends, all that it has started ends with it.
 *
 * @param interrupted ends it
 * @returns Skaffold's exit code
 * @throws Refusal when it cannot start; the signal's reason when it was not started yet
 */
export async function loopInCluster(application: Application, interrupted: AbortSignal): Promise<number> {
  interrupted.throwIfAborted()
  const [skaffold, beside] = [new AbortController(), new AbortController()]
  // So many parts end with them: Node takes more than ten for a leak, and says so.
  setMaxListeners(0, skaffold.signal, beside.signal)
  interrupted.addEventListener('abort', () => skaffold.abort(interrupted.reason))
  try {
    return await loop(application, skaffold.signal, beside.signal)
  } finally {
    skaffold.abort()
    beside.abort()
  }
}

/**
 * @param interrupted ends Skaffold, and the loop with it
 * @param signal ends what is beside it
 */
async function loop(
  application: Application,
  interrupted: AbortSignal,
  signal: AbortSignal,
): Promise<number> {
  const { settings, given } = loadSettings(application)
  const { namespace } = namesOf(settings.stack)
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context, namespace)
  let running = programs(settings)
  const forwarded = running.filter((service) => service.forwarded)
  const nodes = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ')
  const mounted = await holdCheckout(nodes)

  const api = openApi(context, signal)
  // What the others say comes from the commands that made them.
  const pods = { api, namespace, selector: lasting(settings.stack), services: settings.stack.services }
  const way = { kubectl: (await clusterTools()).kubectl?.path ?? 'kubectl', context, namespace }
  const profile = mounted ? 'dev' : 'synced'
  const env = {
    [FORWARDED_BY]: String(process.pid),
    [NAMED_BY]: String(process.pid),
    [DEV_LOOP]: nameOf(application),
  }
  const variables: NodeJS.ProcessEnv = { ...process.env, ...env }
  const hooks = loadHooks(signal, variables)
  const place: ScreenPlace = {
    stack: settings.stack.name,
    where: context,
    sources: mounted ? 'mounted' : 'synced',
    logs: `kubectl -n ${namespace} logs -f deployment/…`,
    links: {
      ...(running.some(({ nodePort }) => nodePort !== undefined)
        ? { page: publicUrl(settings, profile, page(settings)) }
        : {}),
      ...Object.fromEntries(forwarded.map(({ name, port }) => [name, `http://localhost:${port}`])),
      ...debuggerLinks(running),
    },
  }
  const eventPort = await freePort()
  let session: Session | undefined
  const pause = openPause(
    () => session,
    () => running,
    async (service, word) => {
      // In a pod, the reloader is the first process.
      const kill = `kill -${word.slice(3)} 1`
      await kubectl(['exec', `deployment/${service}`, `--container=${service}`, '--', 'sh', '-c', kill])
    },
    (isFollowing) => followsChanges(eventPort, isFollowing),
    !mounted,
  )
  // Until the loop follows the model, there is nothing to be rendered for.
  let renderAnew: () => void = () => undefined
  const ill = faults(faultInCluster(settings.stack, kubectl), (event) => session?.tell(event), signal)
  const means = {
    stack: settings.stack,
    services: () => running,
    broughtAs: (path: string) => broughtAs(application, running, path),
    restart: async (service: string) => {
      ill.requireWell(service)
      await kubectl(['rollout', 'restart', `deployment/${service}`])
      // Until then the old pod is what is asked about.
      await kubectl(['rollout', 'status', `deployment/${service}`, '--timeout=170s'], { timeout: '180s' })
    },
    start: async (service: string) => {
      const names = joining(settings.stack, process.env[ONLY], service)
      if (names.length === 0) return names
      process.env[ONLY] = variables[ONLY] = `${process.env[ONLY]},${service}`
      const asked = loadSettings(application).settings
      const joined = programs(asked).filter(({ name }) => names.includes(name))
      running = programs(asked)
      tell({
        kind: 'joined',
        members: [...joined, ...stores(asked).filter(({ name }) => names.includes(name))],
      })
      await follow(joined)
      renderAnew()
      return names
    },
    fault: ill.bringAbout,
    look: async ({ name, look, port }: NamedProgram, file: string) => {
      if (!look) return undefined
      const node = ['node', '--input-type=module', '-', `${port}`, file]
      const words = ['exec', '--stdin', `deployment/${name}`, `--container=${name}`, '--', ...node]
      const input = readFileSync(join(CHECKOUT, look))
      return (await kubectl(words, { input, timeout: '90s' })).trim() || undefined
    },
    pause,
    addressOf: ({ forwarded, port }: NamedProgram) => (forwarded ? `http://localhost:${port}` : undefined),
    stop: () => process.kill(process.pid, 'SIGINT'),
    hooks,
  }
  const members = [...running, ...stores(settings)]
  const { state } = application
  let secrets = Object.values(given)
  const learnSecrets = () =>
    secretsOf(api, application).then(
      (values) => {
        secrets = [...Object.values(given), ...values]
      },
      () => undefined,
    )
  const learning = learnSecrets()
  session = await serveSession({ members, place, state, secrets: () => secrets }, means, signal)
  const { tell, on } = session
  const course = { tell, pause, signal }
  // Before the first deployment, it may not have been made.
  on((event) => {
    if (event.kind === 'deploy' && event.status !== 'failed') void learnSecrets()
  })
  const follow = async (services: readonly NamedProgram[]) => {
    for (const service of services.filter(({ forwarded }) => forwarded)) {
      on(await keepForwarded(service, way, signal))
      if (service.nodePort !== undefined) on(compileFirstPage(service, `http://localhost:${service.port}`))
    }
    for (const { name, debugPort } of services)
      if (debugPort) on(await keepForwarded({ name, port: debugPort }, way, signal))
    if (mounted) keepMounted(kubectl, services, course)
    else on(keepSynced(kubectl, services, tell))
    signal.addEventListener('abort', watchSaves(CHECKOUT, services, tell))
  }
  await follow(running)
  const words = ['dev', ...(mounted ? [] : ['--profile', profile]), '--tail=false', '--port-forward=off']
  const skaffold = await startSkaffold(application, [...words, `--rpc-http-port=${eventPort}`], interrupted, {
    output: 'pipe',
    env: { ...env, LOOP_SOCKET: socketOf(state) },
  })
  const screen = openScreen(session, process.stdout, handsHere(state, settings.notifications))
  on(screen.hear)
  // Those of what is left out are built too, so that it can be started.
  const images = programs({ ...settings, leftOut: [] }).map(({ image }) => image)
  const engines = nodes.map(engineOf)
  on(forgetOldImages(kubectl, engines, nameOf(application)))
  on(bringBackImages(images, engines, (image) => build(application, image, profile, interrupted), tell))
  // What is left out has no installer until it is started.
  on(followInCluster(kubectl, installers({ ...settings, leftOut: [] }), course))
  // What runs from before tells its log at once.
  await learning
  on(watchRollouts(pods, tell, signal))
  followLoop({ skaffold: skaffold.process, eventPort, pods }, tell, signal)
  followSmoke(application.state, tell, signal)
  renderAnew = followModel(application, hooks, profile, course)
  on(followFindings(api, { ...application, secrets: Object.values(given) }, ill, course))

  try {
    return await skaffold.ended
  } finally {
    screen.close()
  }
}

/** By which what this loop has built is known: one a stack and checkout. */
function nameOf({ state }: Application): string {
  return basename(state)
}

/** Builds an image as the loop's Skaffold does. @returns its name */
async function build(
  application: Application,
  image: string,
  profile: string,
  interrupted: AbortSignal,
): Promise<string> {
  const words = ['build', '--quiet', `--profile=${profile}`, `--build-image=${image}`]
  const name = '--output={{range .Builds}}{{.Tag}}{{end}}'
  return (
    await skaffoldSays(application, [...words, name], interrupted, { [DEV_LOOP]: nameOf(application) })
  ).trim()
}
