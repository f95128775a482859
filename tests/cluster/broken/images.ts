import { type Case, deployment, pod, shell, waits } from './case.ts'

/** What keeps a container from being made at all. */
export const images: Readonly<Record<string, Case>> = {
  'image-never-built': {
    objects: [
      deployment('web', { image: 'todo-never-built:1', imagePullPolicy: 'Never' }, {}, { replicas: 2 }),
    ],
    cause: 'image-missing',
    where: 'deployment/web',
    message: /its image todo-never-built:1 is not in the cluster/,
    cure: /npm run up/,
    visible: waits('ErrImageNeverPull'),
  },
  'image-registry-away': {
    objects: [pod('web', { image: 'localhost:1/web:1' })],
    cause: 'image-missing',
    where: 'pod/web',
    message: /localhost:1\/web:1 .* cannot be pulled/,
    cure: /minikube image load/,
    visible: waits('ErrImagePull', 'ImagePullBackOff'),
  },
  'image-name-invalid': {
    objects: [pod('web', { image: 'Todo Web:1' })],
    cause: 'image-missing',
    where: 'pod/web',
    message: /"Todo Web:1" is no name of an image/,
    cure: /correct the image/,
    visible: waits('InvalidImageName'),
  },
  'image-runs-as-root': {
    objects: [pod('web', { securityContext: { runAsNonRoot: true } })],
    cause: 'image-runs-as-root',
    where: 'pod/web',
    message: /runs as root/,
    cure: /USER 10001/,
    visible: waits('CreateContainerConfigError'),
  },
  'command-not-found': {
    objects: [deployment('web', { command: ['uvicorn-of-nobody', '--port', '8000'] })],
    cause: 'command-not-found',
    where: 'deployment/web',
    message: /no command uvicorn-of-nobody/,
    cure: /correct the command/,
    visible: waits('RunContainerError', 'CrashLoopBackOff'),
  },
  'wrong-architecture': {
    objects: [
      pod(
        'web',
        shell(
          `printf '\\177ELF\\002\\001\\001' > /tmp/web; head -c 99 /dev/zero >> /tmp/web; chmod +x /tmp/web; exec /tmp/web`,
        ),
      ),
    ],
    cause: 'wrong-architecture',
    where: 'pod/web',
    message: /another processor/,
    cure: /build it here/,
    visible: (pods) =>
      pods.some(({ status }) =>
        status.containerStatuses?.some(
          ({ state, lastState }) => (state?.terminated ?? lastState?.terminated)?.exitCode === 126,
        ),
      ),
  },
}
