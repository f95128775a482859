import { type Copy, type Dockerfile, DockerfileParser, type From, type Instruction } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'

/** Of every program that is ours. */
const USER = '10001:10001'
/** Stages that images are built from; where there is neither, it is the last. */
const BUILT = ['dev', 'mounted', 'prod']

/** What is wrong with a Dockerfile: what Docker would not understand, and what breaks a rule of ours. @returns `line: what` */
export function complaints(text: string): string[] {
  const misunderstood = validate(text).map(({ range, message }) => `${range.start.line + 1}: ${message}`)
  return [...misunderstood, ...breaches(DockerfileParser.parse(text), text)]
}

function breaches(dockerfile: Dockerfile, text: string): string[] {
  const found: string[] = []
  const users = new Map<string, string>()
  /** What a stage says of its start: so do those that start from it. */
  const starts = new Map<string, string[]>()
  let stage = ''
  for (const instruction of dockerfile.getInstructions()) {
    const complain = (what: string) => found.push(`${instruction.getRange().start.line + 1}: ${what}`)
    const said = instruction.getArgumentsContent() ?? ''
    switch (instruction.getKeyword()) {
      case 'FROM': {
        const from = instruction as From
        const base = from.getImage() ?? ''
        stage = from.getBuildStage() ?? 'without a name'
        if (base !== 'scratch' && !users.has(base) && !/^\$\{\w+_IMAGE\}$/.test(base))
          complain(`${base} is no ARG: it could come from no other registry, and not by digest`)
        users.set(stage, users.get(base) ?? 'root')
        starts.set(stage, [...(starts.get(base) ?? [])])
        break
      }
      case 'USER':
        users.set(stage, said)
        break
      case 'CMD':
      case 'EXPOSE':
        starts.get(stage)?.push(instruction.getKeyword())
        break
      case 'ADD':
        complain('ADD fetches and unpacks; COPY does what it says')
        break
      case 'COPY':
        if (!(instruction as Copy).getFlags().some((flag) => ['from', 'chmod'].includes(flag.getName())))
          complain('without --chmod, a checkout made under umask 077 is one that the program may not read')
        break
      case 'ARG':
      case 'ENV':
        if (/password|secret|token|_key\b/i.test(said)) complain(`${said} would stay in the image's history`)
        break
      case 'RUN':
        for (const what of unlocked(instruction)) complain(what)
    }
  }
  const named = [...users.keys()].filter((name) => BUILT.includes(name))
  for (const name of named.length > 0 ? named : [stage]) {
    if (users.get(name) !== USER) found.push(`stage ${name} runs as ${users.get(name)}, not as ${USER}`)
    for (const keyword of ['CMD', 'EXPOSE'])
      if (!starts.get(name)?.includes(keyword))
        found.push(
          `stage ${name} has no ${keyword}: by hand, it is not known what to start, and where that listens`,
        )
  }
  if (/^# *syntax=/im.test(text))
    found.push('1: a syntax directive is fetched from a public registry at each build')
  return found
}

/** Installations that are not bound to what a lock file names. */
function unlocked(run: Instruction): string[] {
  const said = run.getArgumentsContent() ?? ''
  return [
    ...(/\bnpm (install|i|add)\b/.test(said) ? ['npm ci alone installs what the lock file names'] : []),
    ...(/\bpip\b.*\b(install|sync)\b/s.test(said) && !said.includes('--require-hashes')
      ? ['without --require-hashes, whatever has the name is installed']
      : []),
    ...(/\buv (add|sync|export|run)\b/.test(said) && !said.includes('--frozen')
      ? ['uv without --frozen installs other packages than the lock file names']
      : []),
  ]
}
