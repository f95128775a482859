import type { Settings } from '../../../k8s/settings.ts'
import type { Kubectl } from '../../cluster/kubectl.ts'
import { refusalOf } from '../../shell/refusal.ts'
import { contextProblem } from './context-problem.ts'
import { apiServer } from './observe.ts'

/** @throws Refusal when the context is neither a cluster of this machine nor the one that the settings name */
export async function requireContext(kubectl: Kubectl, context: string, settings: Settings): Promise<void> {
  const server = await apiServer(kubectl, context)
  const problem = contextProblem({ context, server }, settings, 'remote')
  if (problem) throw refusalOf([problem])
}
