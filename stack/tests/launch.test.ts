import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Program } from '../../k8s/model/program.ts'
import { debugAddress } from '../../k8s/services.ts'
import { WORKDIR } from '../../k8s/sources.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { MAIN } from '../../tests/k8s/main-stack.ts'

const test = suite('what an editor attaches to')
const FILE = join(CHECKOUT, '.vscode', 'launch.json')

/** Of a service, in a pod or as a process here: https://code.visualstudio.com/docs/debugtest/debugging-configuration */
function configuration(name: string, { debug, directory, ...program }: Program, inCluster: boolean) {
  const { port } = debugAddress(program)
  const roots = {
    localRoot: `\${workspaceFolder}/${directory}`,
    remoteRoot: WORKDIR,
  }
  const mapped =
    debug?.type === 'debugpy'
      ? { connect: { host: 'localhost', port }, ...(inCluster ? { pathMappings: [roots] } : {}) }
      : { port, restart: true, ...(inCluster ? roots : {}) }
  return {
    name: `${name} ${inCluster ? 'in the cluster' : 'on this machine'}`,
    type: debug?.type,
    request: 'attach',
    ...mapped,
  }
}

test('is each service that a debugger can come to, where the loop has it', () => {
  const services = Object.entries(MAIN.services).flatMap(([name, service]) =>
    service.kind === 'program' && service.debug ? [[name, service] as const] : [],
  )
  const wanted = {
    version: '0.2.0',
    configurations: [true, false].flatMap((inCluster) =>
      services.map(([name, service]) => configuration(name, service, inCluster)),
    ),
  }
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, `${JSON.stringify(wanted, undefined, 2)}\n`)
  assert.equal(JSON.parse(readFileSync(FILE, 'utf8')), wanted)
})

test.run()
