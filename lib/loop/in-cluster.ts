import { setMaxListeners } from 'node:events'
import { basename } from 'node:path'
import { installers } from '../../k8s/packages.ts'
import { joining, ONLY } from '../../k8s/part.ts'
import { type NamedProgram, programs, stores } from '../../k8s/services.ts'
import { DEV_LOOP } from '../../k8s/settings.ts'
import { lasting } from '../../k8s/transient.ts'
import type { Api } from '../cluster/api.ts'
import { skaffoldSays, startSkaffold } from '../cluster/skaffold.ts'
import { NAMED_BY } from '../diagnosis/naming-causes.ts'
import { secretsOf } from '../diagnosis/report.ts'
import { freePort } from '../shell/free-port.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import type { Course } from './course.ts'
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
import { type LoopCluster, look, openCluster, placeOf, restart } from './loop-cluster.ts'
import type { Member } from './member.ts'
import { bringBackImages } from './missing-image.ts'
import { followModel } from './model.ts'
import { followInCluster } from './packages/in-cluster.ts'
import { openPause } from './pause.ts'
import { watchRollouts } from './rollouts.ts'
import { watchSaves } from './saves.ts'
import { handsHere } from './screen/hands.ts'
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
  const { stack } = settings
  let running = programs(settings)
  const cluster = await openCluster(settings, signal)
  const { api, kubectl, nodes, profile } = cluster
  const env = {
    [FORWARDED_BY]: String(process.pid),
    [NAMED_BY]: String(process.pid),
    [DEV_LOOP]: nameOf(application),
  }
  const variables: NodeJS.ProcessEnv = { ...process.env, ...env }
  const hooks = loadHooks(signal, variables)
  const eventPort = await freePort()
  let session: Session | undefined
  const pause = openPause({
    session: () => session,
    services: () => running,
    signal: async (service, word) => {
      // In a pod, the reloader is the first process.
      const kill = `kill -${word.slice(3)} 1`
      await kubectl(['exec', `deployment/${service}`, `--container=${service}`, '--', 'sh', '-c', kill])
    },
    follow: (isFollowing) => followsChanges(eventPort, isFollowing),
    isCopied: profile === 'synced',
  })
  // Until the loop follows the model, there is nothing to be rendered for.
  let renderAnew: () => void = () => undefined
  const ill = faults(faultInCluster(stack, kubectl), (event) => session?.tell(event), signal)
  const means = {
    stack,
    services: () => running,
    broughtAs: (path: string) => broughtAs(application, running, path),
    restart: async (service: string) => {
      ill.requireWell(service)
      await restart(kubectl, service)
    },
    start: async (service: string) => {
      const names = joining(stack, process.env[ONLY], service)
      if (names.length === 0) return names
      process.env[ONLY] = variables[ONLY] = `${process.env[ONLY]},${service}`
      const asked = loadSettings(application).settings
      running = programs(asked)
      const isNew = ({ name }: Member) => names.includes(name)
      tell({ kind: 'joined', members: [...running, ...stores(asked)].filter(isNew) })
      await follow(running.filter(isNew))
      renderAnew()
      return names
    },
    fault: ill.bringAbout,
    look: (program: NamedProgram, file: string) => look(kubectl, program, file),
    pause,
    addressOf: ({ forwarded, port }: NamedProgram) => (forwarded ? `http://localhost:${port}` : undefined),
    stop: () => process.kill(process.pid, 'SIGINT'),
    hooks,
  }
  const { state } = application
  const secrets = knowSecrets(api, application, Object.values(given))
  const learning = secrets.learn()
  const members = [...running, ...stores(settings)]
  const place = placeOf(settings, cluster)
  session = await serveSession({ members, place, state, secrets: secrets.values }, means, signal)
  const { tell, on } = session
  const course = { tell, pause, signal }
  // Before the first deployment, it may not have been made.
  on((event) => {
    if (event.kind === 'deploy' && event.status !== 'failed') void secrets.learn()
  })
  const follow = (services: readonly NamedProgram[]) => followPrograms(services, cluster, on, course)
  await follow(running)
  const chosen = profile === 'dev' ? [] : ['--profile', profile]
  const words = ['dev', ...chosen, '--tail=false', '--port-forward=off', `--rpc-http-port=${eventPort}`]
  const skaffold = await startSkaffold(application, words, interrupted, {
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
  // What the others say comes from the commands that made them.
  const { namespace } = cluster.way
  const pods = { api, namespace, selector: lasting(stack), services: stack.services }
  on(watchRollouts(pods, tell, signal))
  followLoop({ skaffold: skaffold.process, eventPort, pods }, tell, signal)
  followSmoke(state, tell, signal)
  renderAnew = followModel(application, hooks, profile, course)
  on(followFindings(api, { ...application, secrets: Object.values(given) }, ill, course))

  try {
    return await skaffold.ended
  } finally {
    screen.close()
  }
}

/** Those that nobody is to read: given ones, and those that the cluster was seen to have. */
function knowSecrets(api: Api, application: Application, given: readonly string[]) {
  let values = given
  const learn = async () => {
    const seen = await secretsOf(api, application).catch(() => undefined)
    if (seen) values = [...given, ...seen]
  }
  return { values: () => values, learn }
}

/** Keeps ports and sources of programs as they have to be, and tells of what is saved of them. */
async function followPrograms(
  services: readonly NamedProgram[],
  { kubectl, way, profile }: LoopCluster,
  on: Session['on'],
  course: Course,
): Promise<void> {
  const { tell, signal } = course
  for (const service of services.filter(({ forwarded }) => forwarded)) {
    on(await keepForwarded(service, way, signal))
    if (service.nodePort !== undefined) on(compileFirstPage(service, `http://localhost:${service.port}`))
  }
  for (const { name, debugPort } of services)
    if (debugPort) on(await keepForwarded({ name, port: debugPort }, way, signal))
  if (profile === 'dev') keepMounted(kubectl, services, course)
  else on(keepSynced(kubectl, services, tell))
  signal.addEventListener('abort', watchSaves(CHECKOUT, services, tell))
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
