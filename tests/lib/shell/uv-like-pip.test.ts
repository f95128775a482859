import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { environmentFor, type Machine, type Variables } from '../../../lib/shell/environment.ts'

const test = suite('uv, told what pip was told')

const BARE: Machine = {
  folder: '/checkout',
  isFolder: (path) => path.startsWith('/there'),
  holdsCertificates: (path) => path.startsWith('/there'),
}
const WITH_AUTHORITIES: Machine = { ...BARE, holdsCertificates: () => true }

/** What uv is given beside what pip is, and beside what is always so. */
function given(shell: Variables, machine = BARE): Record<string, string> {
  const seen = environmentFor('python', shell, machine)
  return Object.fromEntries(
    Object.entries(seen).filter(
      ([name]) => /^(UV_|SSL_|ALL_PROXY)/.test(name) && name !== 'UV_PYTHON_DOWNLOADS',
    ),
  )
}

for (const [what, shell, expected] of [
  ['an index', { PIP_INDEX_URL: 'https://i/simple' }, { UV_DEFAULT_INDEX: 'https://i/simple' }],
  [
    'more of them, in all of which it looks',
    { PIP_EXTRA_INDEX_URL: 'https://a https://b' },
    { UV_EXTRA_INDEX_URL: 'https://a https://b', UV_INDEX_STRATEGY: 'unsafe-best-match' },
  ],
  [
    'folders and pages of files, of those that are there',
    { PIP_FIND_LINKS: '/there/wheels /gone  https://l' },
    { UV_FIND_LINKS: '/there/wheels,https://l' },
  ],
  [
    'a folder of files alone',
    { PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/there' },
    { UV_FIND_LINKS: '/there', UV_OFFLINE: 'true' },
  ],
  ['a folder that is gone', { PIP_FIND_LINKS: '/gone' }, {}],
  ['a host without TLS', { PIP_TRUSTED_HOST: 'h' }, { UV_INSECURE_HOST: 'h' }],
  ['certificates', { PIP_CERT: '/there.pem' }, { SSL_CERT_FILE: '/there.pem' }],
  ['a proxy', { PIP_PROXY: 'http://p:1' }, { ALL_PROXY: 'http://p:1' }],
  ['patience', { PIP_TIMEOUT: '90', PIP_RETRIES: '7' }, { UV_HTTP_TIMEOUT: '90', UV_HTTP_RETRIES: '7' }],
  ['a keyring that it has', { PIP_KEYRING_PROVIDER: 'subprocess' }, { UV_KEYRING_PROVIDER: 'subprocess' }],
  ['one that it has not', { PIP_KEYRING_PROVIDER: 'import' }, {}],
  [
    'what it was told itself counts more',
    {
      PIP_INDEX_URL: 'https://i',
      UV_DEFAULT_INDEX: 'https://u',
      PIP_FIND_LINKS: '/there',
      UV_FIND_LINKS: '/u',
    },
    { UV_DEFAULT_INDEX: 'https://u', UV_FIND_LINKS: '/u' },
  ],
  [
    'and by its older name',
    { PIP_INDEX_URL: 'https://i', UV_INDEX_URL: 'https://u' },
    { UV_INDEX_URL: 'https://u' },
  ],
] as const)
  test(what, () => assert.equal(given(shell), expected))

test("trusts the system's authorities, as pip does, where nothing else is said", () => {
  assert.equal(given({}, WITH_AUTHORITIES), { UV_SYSTEM_CERTS: 'true' })
  assert.equal(given({}, BARE), {})
  assert.equal(given({ PIP_CERT: '/a.pem' }, WITH_AUTHORITIES), { SSL_CERT_FILE: '/a.pem' })
  assert.equal(given({ UV_SYSTEM_CERTS: 'false' }, WITH_AUTHORITIES), { UV_SYSTEM_CERTS: 'false' })
})

test.run()
