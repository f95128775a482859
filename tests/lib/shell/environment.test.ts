import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  environmentFor,
  forgetWhatLedAstray,
  type Kind,
  type Machine,
  type Variables,
} from '../../../lib/shell/environment.ts'

const test = suite('what a program is given of the shell')

const MACHINE: Machine = {
  folder: '/checkout',
  isFolder: (path) => path.startsWith('/there'),
  holdsCertificates: (path) => path.startsWith('/there') || path === '/checkout/here.pem',
}
const KINDS: readonly Kind[] = ['service', 'npm', 'python', 'test', 'tool']
const OURS: readonly Kind[] = ['service', 'npm', 'python', 'test']
const INSTALLERS: readonly Kind[] = ['npm', 'python', 'test', 'tool']

/** A shell's variables, and to which kinds of programs each of them goes, as it is. */
const ROWS: readonly (readonly [what: string, shell: Variables, to: readonly Kind[]])[] = [
  ['what every program needs', { PATH: '/usr/bin', HOME: '/home/zoë', USER: 'zoë' }, KINDS],
  ['a folder for temporary files', { TMPDIR: '/there/tmp' }, KINDS],
  ['one that is gone', { TMPDIR: '/gone' }, []],
  ['certificates', { SSL_CERT_FILE: '/there.pem', NODE_EXTRA_CA_CERTS: '/there.pem' }, KINDS],
  ['certificates that are gone', { SSL_CERT_FILE: '/gone.pem', NODE_EXTRA_CA_CERTS: '/gone.pem' }, []],
  ['other names of them', { REQUESTS_CA_BUNDLE: '/there.pem', NIX_SSL_CERT_FILE: '/there.pem' }, KINDS],
  [
    'others that are gone',
    { REQUESTS_CA_BUNDLE: '/gone', PIP_CERT: '/gone', npm_config_cafile: '/gone' },
    [],
  ],
  ['a folder of certificates', { SSL_CERT_DIR: '/there/certs' }, KINDS],
  ["the machine's own certificates", { NODE_USE_SYSTEM_CA: '1' }, KINDS],
  ['the language', { LANG: 'de_AT.UTF-8', LC_ALL: 'xx_YY' }, ['npm', 'python', 'tool']],
  ['caches', { XDG_CACHE_HOME: '/c', XDG_CONFIG_HOME: '/d' }, INSTALLERS],
  ['versions by shims', { PYENV_VERSION: '3.12', VOLTA_HOME: '/v', ASDF_DATA_DIR: '/a' }, INSTALLERS],
  [
    'where npm finds packages',
    { npm_config_registry: 'https://r', npm_config_cache: '/c' },
    ['npm', 'test', 'tool'],
  ],
  ['a registry of one scope', { 'npm_config_@acme:registry': 'https://r' }, ['npm', 'test', 'tool']],
  [
    'what npm does with them',
    { npm_config_ignore_scripts: 'true', npm_config_omit: 'dev', npm_config_prefix: '/p' },
    ['tool'],
  ],
  [
    'where pip finds packages',
    { PIP_INDEX_URL: 'https://p', PIP_CACHE_DIR: '/c' },
    ['python', 'test', 'tool'],
  ],
  [
    'where uv finds packages',
    { UV_DEFAULT_INDEX: 'https://p', UV_CACHE_DIR: '/c', UV_INDEX_CORP_PASSWORD: 'p' },
    ['python', 'test', 'tool'],
  ],
  [
    'what uv does with them',
    { UV_PROJECT_ENVIRONMENT: '/t', UV_FROZEN: '1', UV_EXCLUDE_NEWER: '2020-01-01' },
    ['tool'],
  ],
  ['what pip does with them', { PIP_TARGET: '/t', PIP_REQUIRE_VIRTUALENV: '1', PIP_PREFIX: '/p' }, ['tool']],
  ['Node led elsewhere', { NODE_ENV: 'production', NODE_OPTIONS: '--inspect', NODE_PATH: '/n' }, ['tool']],
  [
    'Python led elsewhere',
    { PYTHONHOME: '/p', PYTHONPATH: '/q', VIRTUAL_ENV: '/v', PYTHONSAFEPATH: '1' },
    ['tool'],
  ],
  ['libraries of others', { LD_LIBRARY_PATH: '/l', LD_PRELOAD: '/l.so', DYLD_LIBRARY_PATH: '/l' }, ['tool']],
  ["libpq's defaults", { PGSSLMODE: 'require', PGOPTIONS: '-c x=y', PGHOST: 'h', PGSERVICEFILE: '/f' }, []],
  ["a git hook's repository", { GIT_DIR: '.git', GIT_WORK_TREE: '/w', GIT_INDEX_FILE: '/i' }, []],
  [
    'what bash reads first',
    { BASH_ENV: '/b', SHELLOPTS: 'xtrace', CDPATH: '/', 'BASH_FUNC_docker%%': '() { :; }' },
    [],
  ],
  ['colours', { FORCE_COLOR: '3', NO_COLOR: '1' }, ['tool']],
  ['a time zone', { TZ: 'Mars/Olympus' }, ['tool']],
  [
    'settings of a program of ours',
    { PORT: '1', HOSTNAME: 'h', LOG_LEVEL: 'loud', SECRETS_DIR: '/s' },
    ['tool'],
  ],
  [
    'secrets',
    { DATABASE_URL: 'postgresql://h/d', OPENAI_API_KEY: 'k', AWS_SECRET_ACCESS_KEY: 'k' },
    ['tool'],
  ],
  [
    'what a tool reads',
    { KUBECONFIG: '/k', DOCKER_HOST: 'unix:///d', MINIKUBE_HOME: '/m' },
    ['test', 'tool'],
  ],
  ['what a test reads', { TEST_DATABASE_URL: 'u', TODO_TEST_STATE: '/s', CI: 'true' }, ['test', 'tool']],
  ['an empty value', { PATH: '', npm_config_registry: '' }, []],
]

for (const [what, shell, to] of ROWS)
  test(`${what}: to ${to.join(', ') || 'nobody'}`, () => {
    for (const kind of KINDS)
      for (const [name, value] of Object.entries(shell)) {
        // Secrets beside ours are what tests of ours may be told of.
        if (kind === 'test' && name === 'AWS_SECRET_ACCESS_KEY') continue
        const given = environmentFor(kind, shell, MACHINE)[name]
        const chosen = kind === 'test' && name === 'LANG' ? 'C.UTF-8' : undefined
        assert.is(given, to.includes(kind) ? value : chosen, `${name} for ${kind}`)
      }
  })

test('a proxy is told in both cases, and never stands between our own programs', () => {
  for (const kind of KINDS) {
    const told = environmentFor(
      kind,
      { https_proxy: 'http://p:3128', no_proxy: '.corp, 10.0.0.0/8' },
      MACHINE,
    )
    assert.is(told.HTTPS_PROXY, 'http://p:3128', kind)
    assert.is(told.https_proxy, 'http://p:3128', kind)
    assert.is(told.no_proxy, '.corp,10.0.0.0/8,localhost,127.0.0.1,::1', kind)
    assert.is(told.NO_PROXY, told.no_proxy, kind)
    assert.is(told.HTTP_PROXY, undefined, kind)
  }
  assert.is(environmentFor('service', { NO_PROXY: '.corp' }, MACHINE).no_proxy, undefined)
})

test("a person's habits with kubectl are none of ours: one that asks before it deletes would delete nothing", () => {
  for (const shell of [{}, { KUBERC: '/home/zoë/.kube/kuberc' }])
    assert.is(environmentFor('tool', shell, MACHINE).KUBERC, 'off')
})

test('a SOCKS proxy goes to those that can use one', () => {
  const to = KINDS.filter(
    (kind) => environmentFor(kind, { ALL_PROXY: 'socks5h://p:1080' }, MACHINE).ALL_PROXY,
  )
  assert.equal(to, ['npm', 'test', 'tool'])
})

test('a relative path of certificates is found from every folder', () => {
  assert.is(
    environmentFor('service', { SSL_CERT_FILE: 'here.pem' }, MACHINE).SSL_CERT_FILE,
    '/checkout/here.pem',
  )
})

test('of folders of certificates, those that are there', () => {
  const { SSL_CERT_DIR } = environmentFor('python', { SSL_CERT_DIR: '/gone:/there/a' }, MACHINE)
  assert.is(SSL_CERT_DIR, '/there/a')
})

test('npm is told in one spelling', () => {
  const shell = {
    NPM_CONFIG_REGISTRY: 'https://r',
    'NPM_CONFIG_STRICT-SSL': 'false',
    NPM_CONFIG_IGNORE_SCRIPTS: 'true',
  }
  assert.equal(environmentFor('npm', shell, MACHINE), {
    npm_config_registry: 'https://r',
    npm_config_strict_ssl: 'false',
    SHLVL: '1',
  })
})

test('no command of ours sees flags of Skaffold that are meant for another project; its hooks see what it gives', () => {
  const shell = {
    SKAFFOLD_KUBE_CONTEXT: 'production',
    SKAFFOLD_DEFAULT_REPO: 'registry.example',
    KUBECONFIG: '/a:/b',
  }
  const ours = { SHLVL: '1', KUBERC: 'off' }
  assert.equal(environmentFor('tool', shell, MACHINE), { KUBECONFIG: '/a:/b', ...ours })
  const asHook = { ...shell, SKAFFOLD_WORK_DIR: '/checkout' }
  assert.equal(environmentFor('tool', asHook, MACHINE), { ...asHook, ...ours })
})

test('a service hears of a proxy with and without a scheme, and of none that is no address', () => {
  const heard = (HTTPS_PROXY: string) => environmentFor('service', { HTTPS_PROXY }, MACHINE).https_proxy
  for (const proxy of [
    'proxy.corp:3128',
    'http://proxy.corp:3128',
    'http://[::1]:3128',
    'http://u:p%23@proxy:1',
  ])
    assert.is(heard(proxy), proxy)
  for (const proxy of ['http://proxy.corp:3128;ftp=x', 'http://u:p#@proxy:1', 'socks5://proxy:1'])
    assert.is(heard(proxy), undefined)
})

test('of NODE_OPTIONS, an installation keeps whom to trust', () => {
  const shell = { NODE_OPTIONS: '--inspect --use-openssl-ca --max-old-space-size=64' }
  assert.equal(environmentFor('npm', shell, MACHINE), { NODE_OPTIONS: '--use-openssl-ca', SHLVL: '1' })
})

test('pip and uv install where we say, whatever their settings say, for a Python of the machine', () => {
  assert.equal(environmentFor('python', { PIP_USER: '1', UV_PYTHON_DOWNLOADS: 'automatic' }, MACHINE), {
    PIP_USER: '0',
    PIP_NO_INPUT: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    SHLVL: '1',
  })
})

test('no bash of ours takes itself for the first one, and reads ~/.bashrc', () => {
  for (const kind of KINDS) assert.is(environmentFor(kind, {}, MACHINE).SHLVL, '1', kind)
})

test('a command of ours forgets it too, before libpq, git or bash take it for meant', () => {
  const before = { ...process.env }
  Object.assign(process.env, { PGOPTIONS: '-c nonsense=1', GIT_DIR: '/g', TMPDIR: '/gone', KUBECONFIG: '/k' })
  forgetWhatLedAstray()
  const seen = ['PGOPTIONS', 'GIT_DIR', 'TMPDIR', 'KUBECONFIG', 'PATH'].map((name) => process.env[name])
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  assert.equal(seen, [undefined, undefined, undefined, '/k', before.PATH])
})

test('none of our programs sees what nobody thought of', () => {
  for (const kind of OURS.filter((kind) => kind !== 'test'))
    assert.is(environmentFor(kind, { SOMETHING_ELSE: '1' }, MACHINE).SOMETHING_ELSE, undefined, kind)
})

test.run()
