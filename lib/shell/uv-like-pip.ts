/** What of the machine decides whether a setting is of use. */
interface Disk {
  readonly isFolder: (path: string) => boolean
  readonly holdsCertificates: (path: string) => boolean
}

/** A setting of uv, the one of pip that says the same, and how its value is spelt for uv. */
const SAME: readonly (readonly [uv: string, pip: string, spelt?: (value: string) => string])[] = [
  ['UV_DEFAULT_INDEX', 'PIP_INDEX_URL'],
  ['UV_EXTRA_INDEX_URL', 'PIP_EXTRA_INDEX_URL'],
  ['UV_INSECURE_HOST', 'PIP_TRUSTED_HOST'],
  ['UV_HTTP_TIMEOUT', 'PIP_DEFAULT_TIMEOUT'],
  ['UV_HTTP_TIMEOUT', 'PIP_TIMEOUT'],
  ['UV_HTTP_RETRIES', 'PIP_RETRIES'],
  ['ALL_PROXY', 'PIP_PROXY'],
  ['SSL_CERT_FILE', 'PIP_CERT'],
  ['SSL_CLIENT_CERT', 'PIP_CLIENT_CERT'],
  // pip knows more ways, of which uv has none.
  ['UV_KEYRING_PROVIDER', 'PIP_KEYRING_PROVIDER', (way) => (way === 'subprocess' ? way : '')],
]

/** Where systems keep the authorities that their owner trusts. */
const SYSTEM_AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/**
 * What uv has to be told so that it takes packages from where pip does: it reads neither pip's variables nor its files, and
 * trusts Mozilla's authorities where pip trusts the system's. What a person says to uv itself counts more.
 */
export function uvLikePip(given: Readonly<Record<string, string>>, disk: Disk): Record<string, string> {
  const pairs = SAME.flatMap(([uv, pip, spelt = (value: string) => value]) => {
    const value = given[uv] ? undefined : given[pip] && spelt(given[pip])
    return value ? [[uv, value] as const] : []
  })
  const links = (given.PIP_FIND_LINKS ?? '').split(/\s+/)
  // uv ends at a folder that is not there, pip passes it over.
  const there = links.filter((link) => isAddress(link) || (link && disk.isFolder(link)))
  const like: Record<string, string> = Object.fromEntries(pairs)
  if (given.UV_INDEX_URL) delete like.UV_DEFAULT_INDEX
  if (!given.UV_FIND_LINKS && there.length > 0) like.UV_FIND_LINKS = there.join(',')
  if (/^(1|y|yes|t|true|on)$/i.test(given.PIP_NO_INDEX ?? '') && !there.some(isAddress))
    like.UV_OFFLINE = 'true'
  // As pip looks: in all of them. The hash says whether it is the right one.
  if (like.UV_EXTRA_INDEX_URL && !given.UV_INDEX_STRATEGY) like.UV_INDEX_STRATEGY = 'unsafe-best-match'
  const asked = [given.UV_SYSTEM_CERTS, given.UV_NATIVE_TLS, given.SSL_CERT_FILE, given.SSL_CERT_DIR].some(
    Boolean,
  )
  if (!asked && !like.SSL_CERT_FILE && SYSTEM_AUTHORITIES.some(disk.holdsCertificates))
    like.UV_SYSTEM_CERTS = 'true'
  return like
}

function isAddress(link: string): boolean {
  return /^\w+:\/\//.test(link)
}
