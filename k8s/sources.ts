import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import { PersistentVolume, PersistentVolumeClaim } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import type { Program } from './model/program.ts'
import type { Stack } from './model/stack.ts'
import { labels, namesOf } from './names.ts'

/** Where a node of a cluster that we made holds this checkout. */
export const NODE_SOURCES = '/src'
/** The images' working directory. */
export const WORKDIR = '/app'
/** Where the images of the loop have what starts their servers anew: none of the program's own, so beside it. */
export const RELOADER = '/opt/reload'
const CLAIM = 'sources'

/** How a pod comes to its sources, where they are not the image's own. */
export interface PodSources {
  readonly mounts: readonly IVolumeMount[]
  readonly volume: IVolume
}

/**
 * The checkout as a volume that pods can claim: `restricted` forbids them a hostPath of their own.
 * It holds no data: the end of the loop may delete both objects.
 */
export function sourcesVolume(stack: Stack): Manifest[] {
  const { namespace } = namesOf(stack)
  const name = `${namespace}-${CLAIM}`
  const size = { storage: '1Gi' }
  return [
    new PersistentVolume({
      metadata: { name, labels: labels(stack, CLAIM, 'sources') },
      spec: {
        capacity: size,
        accessModes: ['ReadOnlyMany'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: '',
        claimRef: { namespace, name: CLAIM },
        hostPath: { path: NODE_SOURCES, type: 'Directory' },
      },
    }),
    new PersistentVolumeClaim({
      metadata: { name: CLAIM, namespace, labels: labels(stack, CLAIM, 'sources') },
      spec: {
        accessModes: ['ReadOnlyMany'],
        storageClassName: '',
        volumeName: name,
        resources: { requests: size },
      },
    }),
  ]
}

/** The source folders of a service and nothing else of the checkout, as they are on this machine at every moment. */
export function mountedSources({ directory, sources }: Program): PodSources {
  return {
    mounts: sources.map((folder) => ({
      name: 'sources',
      mountPath: inWorkdir(folder),
      subPath: folder === '.' ? directory : `${directory}/${folder}`,
      readOnly: true,
    })),
    volume: { name: 'sources', persistentVolumeClaim: { claimName: CLAIM, readOnly: true } },
  }
}

/** The source folders as an emptyDir: Skaffold can write there under a root file system that stays read-only. */
export function syncedSources({ sources }: Program): PodSources {
  return {
    mounts: sources.map((folder) => ({
      name: 'sources',
      mountPath: inWorkdir(folder),
      ...(folder === '.' ? {} : { subPath: folder }),
    })),
    volume: { name: 'sources', emptyDir: {} },
  }
}

/** Fills the emptyDir of `syncedSources` with the image's own files. */
export function seed({ sources }: Program) {
  return {
    command: ['cp', '-r', ...sources, '/sources'],
    volumeMounts: [{ name: 'sources', mountPath: '/sources' }],
  }
}

function inWorkdir(folder: string): string {
  return folder === '.' ? WORKDIR : `${WORKDIR}/${folder}`
}
