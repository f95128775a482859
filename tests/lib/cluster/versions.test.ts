import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TOOLS } from '../../../lib/cluster/versions.ts'

const releases = [
  [
    TOOLS.skaffold.release({ os: 'linux', arch: 'amd64' }),
    'https://storage.googleapis.com/skaffold/releases/v2.24.0/skaffold-linux-amd64',
    '.sha256',
  ],
  [
    TOOLS.minikube.release({ os: 'darwin', arch: 'arm64' }),
    'https://storage.googleapis.com/minikube/releases/v1.38.1/minikube-darwin-arm64',
    '.sha256',
  ],
  [
    TOOLS.kubectl.release({ os: 'linux', arch: 'arm64' }),
    'https://dl.k8s.io/release/v1.36.3/bin/linux/arm64/kubectl',
    '.sha256',
  ],
  [
    TOOLS.kind.release({ os: 'darwin', arch: 'amd64' }),
    'https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-darwin-amd64',
    '.sha256sum',
  ],
  [
    TOOLS.helm.release({ os: 'linux', arch: 'amd64' }),
    'https://get.helm.sh/helm-v3.22.0-linux-amd64.tar.gz',
    '.sha256sum',
    'linux-amd64/helm',
  ],
] as const

for (const [release, binary, suffix, member] of releases)
  test(`${binary} is where its makers publish it, its checksum beside it`, () => {
    assert.equal(release, { binary, checksum: `${binary}${suffix}`, ...(member ? { member } : {}) })
  })

test('a tool we install is one we would also accept from PATH', () => {
  for (const { name, version, floor } of Object.values(TOOLS))
    assert.ok(version.localeCompare(floor, 'en', { numeric: true }) >= 0, `${name} ${version} < ${floor}`)
})

test.run()
