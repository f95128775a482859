import type { Random } from '../../soak/random.ts'

/** Values as people paste them, and as nobody would. */
const VALUES = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '3.5',
    '1e9',
    '99999999999999999999',
    'NaN',
    'on',
    'off',
    'ON',
    'true',
    'null',
  ],
  ...[
    '100m',
    '512Mi',
    '1Gi',
    '0Mi',
    '-5Gi',
    '1Zi',
    'minikube',
    'no such context',
    'internal',
    'ingress',
    'nodeport',
  ],
  ...[
    'https://models.example/v1',
    'http://[::1]:9/v1',
    'https://user:word@models.example',
    'ftp://x',
    '//x',
    'http://',
  ],
  ...[
    'postgresql://todo@127.0.0.1:9/todo',
    'postgres://a:b#c@d/e',
    'mysql://x/y',
    'postgresql://',
    'info',
    'loud',
  ],
  ...[
    '"',
    "'",
    '"a',
    "a'b",
    '`id`',
    '$(id)',
    '$HOME',
    '%00',
    '\\n',
    'a # b',
    'a#b',
    '=',
    'a=b',
    '{{ .Values }}',
  ],
  ...[
    '- x',
    '"y": z',
    '!!js/function',
    '*a',
    '&a',
    'Zürich',
    '日本語',
    '\u202e',
    '\u0000',
    '\ufeff',
    '🙂',
    'x'.repeat(70_000),
  ],
]

const LINES = [
  '=',
  'no equals sign',
  'export A=1',
  '# only this',
  '\t',
  '\u0000',
  'KEY',
  'a b=c',
  '--flag',
  '<<<<<<< HEAD',
  '{"a": 1}',
]

/** What `.env.local` may hold: a few settings of some value, and now and then a line that is none. */
export function envFile({ below, pick }: Random, names: readonly string[]): string {
  const lines = Array.from({ length: below(6) }, () =>
    below(8) === 0 ? pick(LINES) : `${pick(names)}=${pick(VALUES)}`,
  )
  return `${below(20) === 0 ? '\ufeff' : ''}${lines.join(pick(['\n', '\r\n', '\n\n']))}${pick(['', '\n'])}`
}

/** Of the shell of the person, or the pipeline, that starts a hook. */
export function shell({ below, pick }: Random, names: readonly string[]): Record<string, string> {
  const own = Array.from({ length: below(4) }, (): [string, string] => [
    pick(names),
    pick(VALUES).replaceAll('\u0000', ''),
  ])
  const common: [string, string][] = [
    ['LANG', pick(['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ja_JP.eucJP', 'none'])],
    ['LC_ALL', pick(['', 'C', 'ar_EG.UTF-8'])],
    ['TZ', pick(['UTC', 'Pacific/Apia', 'Asia/Kathmandu', 'no/where', ''])],
    ['COLUMNS', pick(['0', '80', '-1', 'x'])],
    ['DEBUG', ''],
  ]
  return Object.fromEntries([...own, ...common.filter(() => below(2) === 0)])
}

/** Changes one place of a JSON text, or makes it none. */
export function spoilt(random: Random, text: string): string {
  const { below, pick } = random
  if (below(3) === 0)
    return pick([
      text.slice(0, below(text.length + 1)),
      `${text}${text}`,
      ...['', ' ', 'null', '[]', '{}', '7', '"x"', '\u0000\u0001', '<html>502 Bad Gateway</html>'],
      `Warning: deprecated\n${text}`,
    ])
  const whole: unknown = JSON.parse(text)
  return JSON.stringify(changed(random, whole))
}

const OTHERS: readonly unknown[] = [null, 0, -1, '', 'x', true, [], {}, [null], '9'.repeat(40)]

function changed(random: Random, value: unknown): unknown {
  const { below, pick } = random
  if (value === null || typeof value !== 'object' || below(5) === 0) return pick(OTHERS)
  if (Array.isArray(value)) {
    if (value.length === 0) return pick(OTHERS)
    const place = below(value.length)
    return value.map((one: unknown, n) => (n === place ? changed(random, one) : one))
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return pick(OTHERS)
  const place = below(entries.length)
  const kept = entries.filter((_, n) => n !== place || below(3) > 0)
  return Object.fromEntries(
    kept.map(([key, one]): [string, unknown] => [
      key,
      key === entries[place]?.[0] ? changed(random, one) : one,
    ]),
  )
}

/** How kubectl refuses. */
export const COMPLAINTS = [
  'error: You must be logged in to the server (Unauthorized)',
  'The connection to the server 127.0.0.1:32771 was refused - did you specify the right host or port?',
  'Unable to connect to the server: net/http: TLS handshake timeout',
  'Error from server (Forbidden): nodes is forbidden: User "x" cannot list resource "nodes"',
  'Error from server (InternalError): etcdserver: request timed out',
  'error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
  '',
  'panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:',
]
