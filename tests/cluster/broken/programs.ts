import { type Case, container, deployment, ended, node, pod, python, shell } from './case.ts'

/** Writes a file, then runs a command on it: the images are the language's own. */
const program = (text: string, command: string) =>
  shell(`mkdir -p /tmp/app && cd /tmp/app && printf '%s' '${text}' > main && ${command}`)

/** What a program does wrong. */
export const programs: Readonly<Record<string, Case>> = {
  crash: {
    objects: [deployment('web', python('import sys; print("about to give up"); sys.exit(3)'))],
    cause: 'crash',
    where: 'deployment/web',
    message: /crashed: exit code 3; its last line: about to give up/,
    cure: /logs deployment\/web/,
    visible: ended,
  },
  'crash-with-traceback': {
    objects: [pod('web', program('def start():\n  raise KeyError("x")\nstart()', 'python main'))],
    cause: 'crash',
    where: 'pod/web',
    message: /KeyError: .*\(.*main:2\)/,
    cure: /correct .*main:2/,
    visible: ended,
  },
  'init-crash': {
    objects: [
      pod('web', {}, { initContainers: [container('prepare', python('import sys; sys.exit("no recipe")'))] }),
    ],
    cause: 'crash',
    where: 'pod/web (prepare)',
    message: /exit code 1; its last line: no recipe/,
    cure: /-c prepare/,
    visible: ended,
  },
  'python-syntax': {
    objects: [pod('web', program('import os\ndef (', 'python main'))],
    cause: 'program-broken',
    where: 'pod/web',
    message: /SyntaxError: .*\(.*main:2\)/,
    cure: /correct .*main:2 and save/,
    visible: ended,
  },
  'python-import': {
    objects: [pod('web', program('import of_nobody', 'python main'))],
    cause: 'program-broken',
    where: 'pod/web',
    message: /No module named 'of_nobody'/,
    cure: /add the package/,
    visible: ended,
  },
  'node-syntax': {
    objects: [
      pod('web', { ...program('const x =\n', 'mv main main.mjs && node main.mjs'), image: 'node:24-slim' }),
    ],
    cause: 'program-broken',
    where: 'pod/web',
    message: /SyntaxError: Unexpected end of input \(.*main\.mjs:\d\)/,
    cure: /correct .*main\.mjs/,
    visible: ended,
  },
  'port-taken': {
    objects: [
      pod(
        'web',
        node(
          `const { createServer } = require('http'); createServer().listen(8000, () => createServer().listen(8000))`,
        ),
      ),
    ],
    cause: 'port-taken',
    where: 'pod/web',
    message: /port 8000 is already taken/,
    cure: /stack\/stack\.ts/,
    visible: ended,
  },
  'read-only': {
    objects: [
      pod('web', python('open("/app.log", "w")', { securityContext: { readOnlyRootFilesystem: true } })),
    ],
    cause: 'read-only-file-system',
    where: 'pod/web',
    message: /writes to \/app\.log/,
    cure: /writable/,
    visible: ended,
  },
  'permission-denied': {
    objects: [pod('web', python('open("/etc/app.log", "w")', { securityContext: { runAsUser: 10001 } }))],
    cause: 'permission-denied',
    where: 'pod/web',
    message: /may not use \/etc\/app\.log/,
    cure: /chown/,
    visible: ended,
  },
  'model-key-refused': {
    objects: [
      pod(
        'web',
        python(
          'import time; print("The assistant failed: The model refused the key: check OPENAI_API_KEY."); time.sleep(999)',
        ),
      ),
    ],
    cause: 'model-key-refused',
    where: 'pod/web',
    message: /refuses the key/,
    cure: /OPENAI_API_KEY/,
    visible: (pods) => pods.some(({ status }) => status.containerStatuses?.some(({ ready }) => ready)),
  },
}
