import { createRequire } from 'node:module'

/**
 * The typed objects of Kubernetes that are made here. They are two hundred files: as ES modules, each goes to the thread
 * that reads TypeScript and back, which was a third of what the start of a command computes. As CommonJS they stay here.
 */
const load = createRequire(import.meta.url)

export const { ConfigMap }: typeof import('kubernetes-models/v1/ConfigMap') = load(
  'kubernetes-models/v1/ConfigMap',
)
export const { Deployment }: typeof import('kubernetes-models/apps/v1/Deployment') = load(
  'kubernetes-models/apps/v1/Deployment',
)
export const {
  HorizontalPodAutoscaler,
}: typeof import('kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler') = load(
  'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler',
)
export const { Ingress }: typeof import('kubernetes-models/networking.k8s.io/v1/Ingress') = load(
  'kubernetes-models/networking.k8s.io/v1/Ingress',
)
export const { Namespace }: typeof import('kubernetes-models/v1/Namespace') = load(
  'kubernetes-models/v1/Namespace',
)
export const { NetworkPolicy }: typeof import('kubernetes-models/networking.k8s.io/v1/NetworkPolicy') = load(
  'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
)
export const { PersistentVolume }: typeof import('kubernetes-models/v1/PersistentVolume') = load(
  'kubernetes-models/v1/PersistentVolume',
)
export const { PersistentVolumeClaim }: typeof import('kubernetes-models/v1/PersistentVolumeClaim') = load(
  'kubernetes-models/v1/PersistentVolumeClaim',
)
export const { Pod }: typeof import('kubernetes-models/v1/Pod') = load('kubernetes-models/v1/Pod')
export const { PodDisruptionBudget }: typeof import('kubernetes-models/policy/v1/PodDisruptionBudget') = load(
  'kubernetes-models/policy/v1/PodDisruptionBudget',
)
export const { RoleBinding }: typeof import('kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding') =
  load('kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding')
export const { Secret }: typeof import('kubernetes-models/v1/Secret') = load('kubernetes-models/v1/Secret')
export const { Service }: typeof import('kubernetes-models/v1/Service') = load('kubernetes-models/v1/Service')
export const { ServiceAccount }: typeof import('kubernetes-models/v1/ServiceAccount') = load(
  'kubernetes-models/v1/ServiceAccount',
)
export const { StatefulSet }: typeof import('kubernetes-models/apps/v1/StatefulSet') = load(
  'kubernetes-models/apps/v1/StatefulSet',
)
