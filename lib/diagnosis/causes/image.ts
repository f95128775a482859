import type { Facts } from '../facts.ts'
import { type OwnFinding, where } from '../finding.ts'

const REASONS = [
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ImageInspectError',
]

/** An image that is not in the node and cannot be pulled. */
export function imageMissing({ pods, events }: Facts): OwnFinding[] {
  return pods.flatMap((pod) =>
    pod.containers.flatMap(({ name, image, state }) => {
      if (state.is !== 'waiting' || !REASONS.includes(state.reason)) return []
      const at = where(pod.workload, name)
      const words = events.filter(
        ({ about, container, message }) =>
          about === `Pod/${pod.name}` && container === name && /pull|image/i.test(message),
      )
      return [
        {
          cause: 'image-missing',
          where: at,
          message:
            state.reason === 'InvalidImageName'
              ? `${at} cannot start: "${image}" is no name of an image.`
              : `${at} cannot start: its image ${image} is not in the cluster and cannot be pulled.`,
          cure:
            state.reason === 'InvalidImageName'
              ? 'correct the image in stack/stack.ts'
              : 'npm run up builds it into the cluster — or, for one you have: minikube image load IMAGE',
          details: [image],
          evidence: [...new Set([state.message, ...words.map(({ message }) => message)])]
            .filter(Boolean)
            .slice(0, 3),
        },
      ]
    }),
  )
}
