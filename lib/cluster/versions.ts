export type ToolName = 'skaffold' | 'minikube' | 'kubectl' | 'kind' | 'helm'

/** A system that all these tools are released for. */
export interface Platform {
  readonly os: 'linux' | 'darwin'
  readonly arch: 'amd64' | 'arm64'
}

/** A pinned command-line tool: the version we install, and where its makers publish it. */
export interface Tool {
  readonly name: ToolName
  /** Installed when the machine has none. */
  readonly version: string
  /** The oldest version that is used when it is found. */
  readonly floor: string
  /** Arguments that make it print its version without asking the network or a cluster. */
  readonly versionArguments: readonly string[]
  /** Where a person finds this release. */
  readonly page: string
  readonly release: (platform: Platform) => Release
}

interface Release {
  readonly binary: string
  /** The file beside it that holds its SHA-256. */
  readonly checksum: string
  /** Where the binary comes in a gzipped tar archive: its path in there. */
  readonly member?: string
}

const SKAFFOLD = 'v2.24.0'
const MINIKUBE = 'v1.38.1'
const KUBECTL = 'v1.36.3'
const KIND = 'v0.33.0'
const HELM = 'v3.22.0'

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  skaffold: {
    name: 'skaffold',
    version: SKAFFOLD,
    // The first release that reads the schema skaffold/v4beta14.
    floor: 'v2.19.0',
    versionArguments: ['version', '--update-check=false'],
    page: `https://github.com/GoogleContainerTools/skaffold/releases/tag/${SKAFFOLD}`,
    release: ({ os, arch }) =>
      besides(
        `https://storage.googleapis.com/skaffold/releases/${SKAFFOLD}/skaffold-${os}-${arch}`,
        '.sha256',
      ),
  },
  minikube: {
    name: 'minikube',
    version: MINIKUBE,
    floor: 'v1.36.0',
    versionArguments: ['version', '--short'],
    page: `https://github.com/kubernetes/minikube/releases/tag/${MINIKUBE}`,
    release: ({ os, arch }) =>
      besides(
        `https://storage.googleapis.com/minikube/releases/${MINIKUBE}/minikube-${os}-${arch}`,
        '.sha256',
      ),
  },
  kubectl: {
    name: 'kubectl',
    version: KUBECTL,
    // kubectl supports API servers one minor version away; Minikube v1.38 starts v1.35.
    floor: 'v1.34.0',
    versionArguments: ['version', '--client'],
    page: 'https://kubernetes.io/releases/download/#kubectl',
    release: ({ os, arch }) =>
      besides(`https://dl.k8s.io/release/${KUBECTL}/bin/${os}/${arch}/kubectl`, '.sha256'),
  },
  kind: {
    name: 'kind',
    version: KIND,
    floor: 'v0.30.0',
    versionArguments: ['version'],
    page: `https://github.com/kubernetes-sigs/kind/releases/tag/${KIND}`,
    release: ({ os, arch }) =>
      besides(
        `https://github.com/kubernetes-sigs/kind/releases/download/${KIND}/kind-${os}-${arch}`,
        '.sha256sum',
      ),
  },
  helm: {
    name: 'helm',
    version: HELM,
    // The first made for Kubernetes v1.35, which Minikube v1.38 starts: https://helm.sh/docs/topics/version_skew/
    floor: 'v3.20.0',
    versionArguments: ['version'],
    page: `https://github.com/helm/helm/releases/tag/${HELM}`,
    release: ({ os, arch }) => ({
      ...besides(`https://get.helm.sh/helm-${HELM}-${os}-${arch}.tar.gz`, '.sha256sum'),
      member: `${os}-${arch}/helm`,
    }),
  },
}

function besides(binary: string, suffix: string): Release {
  return { binary, checksum: `${binary}${suffix}` }
}
