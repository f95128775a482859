import type { Container, Facts } from '../facts.ts'
import { type Explanation, type OwnFinding, where } from '../finding.ts'

const REASONS =
  /^(CreateContainerError|RunContainerError|CreateContainerConfigError|ContainerCannotRun|StartError)$/

/** A container that the node has everything for and still cannot start. */
export function containerNotStarted({ pods }: Facts): OwnFinding[] {
  return pods.flatMap(({ workload, containers }) =>
    containers.flatMap((container) => {
      const words = refusalOf(container)
      if (words === undefined) return []
      const at = where(workload, container.name)
      return [{ where: at, ...explanation(at, container, words), evidence: [words] }]
    }),
  )
}

function refusalOf({ state, last }: Container): string | undefined {
  if (state.is === 'waiting' && REASONS.test(state.reason)) return state.message
  if (state.is === 'ended' && REASONS.test(state.reason)) return state.message
  // While it waits for the next attempt, only the last one tells.
  return state.is === 'waiting' && last && REASONS.test(last.reason) ? last.message : undefined
}

function explanation(at: string, { image }: Container, words: string): Explanation {
  const [, command] = /exec: "([^"]+)"/.exec(words) ?? []
  if (/runAsNonRoot|run as root|non-numeric user/.test(words))
    return {
      cause: 'image-runs-as-root',
      message: `${at} may not start: its image ${image} runs as root, which this pod forbids.`,
      cure: 'add USER 10001 to its Dockerfile, or runAsUser to the pod as k8s/pod.ts does',
    }
  if (/exec format error/i.test(words))
    return {
      cause: 'wrong-architecture',
      message: `${at} cannot run: its image ${image} was built for another processor.`,
      cure: 'build it here: skaffold build',
    }
  if (/permission denied/i.test(words))
    return {
      cause: 'permission-denied',
      message: `${at} cannot start: ${command ?? 'its command'} is not executable for its user.`,
      details: command ? [command] : [],
      cure: `chmod a+x ${command ?? 'the command'} in the Dockerfile`,
    }
  if (command || /not found|no such file/i.test(words))
    return {
      cause: 'command-not-found',
      message: `${at} cannot start: its image has no command ${command ?? 'of that name'}.`,
      details: command ? [command] : [],
      cure: 'correct the command in stack/stack.ts, or install it in the Dockerfile',
    }
  return {
    cause: 'container-not-created',
    message: `${at} cannot start: the node refuses to create its container.`,
    cure: `kubectl describe ${at.replace(/ \(.*/, '').replace('/', ' ')}`,
  }
}
