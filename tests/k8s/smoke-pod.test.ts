import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { smokeCommand, smokePod } from '../../k8s/smoke.ts'
import { propertiesOf } from './properties.ts'
import { breachesOfRestricted } from './restricted.ts'
import { COMBINATIONS, DEFAULTS } from './settings-of-every-kind.ts'

const test = suite("the smoke test's pod")
const holds = propertiesOf(test)
const PROGRAM = 'const travel = async () => console.log(`$' + '{1 + 1} $$ $(HOME) $$(HOME)`)'

/** What the kubelet makes of a word: https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go */
function expanded(word: string, env: Readonly<Record<string, string>>): string {
  return word.replace(/\$(\$|\((\w+)\))/g, (found, what, name) => (what === '$' ? '$' : (env[name] ?? found)))
}

for (const { title, settings } of COMBINATIONS.filter(({ profile }) => profile === 'run'))
  holds(title, 'is as restricted as the others, runs once, and ends', () => {
    const pod = smokePod(settings, 'todo-frontend:v1', PROGRAM)
    pod.validate()
    const { spec } = pod
    assert.ok(spec)
    assert.equal(breachesOfRestricted(spec), [])
    for (const { securityContext, resources } of spec.containers) {
      assert.is(securityContext?.readOnlyRootFilesystem, true)
      for (const bound of [resources?.requests, resources?.limits]) assert.ok(bound?.cpu && bound.memory)
    }
    assert.equal([spec.automountServiceAccountToken, spec.enableServiceLinks], [false, false])
    assert.is(spec.restartPolicy, 'Never')
    assert.ok(spec.activeDeadlineSeconds)
  })

test('waits for no Secret where the journey needs none', () => {
  const { stack } = DEFAULTS
  const without = { ...stack, journey: { ...stack.journey, secrets: [] } }
  const { spec } = smokePod({ ...DEFAULTS, stack: without }, 'todo-frontend:v1', PROGRAM)
  assert.equal([spec?.volumes, spec?.containers[0]?.volumeMounts], [[], []])
})

test('the kubelet replaces nothing in its program', () => {
  const { spec } = smokePod(DEFAULTS, 'todo-frontend:v1', PROGRAM)
  const command = spec?.containers[0]?.command ?? []
  assert.equal(
    command.map((word) => expanded(word, { HOME: '/root' })),
    smokeCommand(DEFAULTS, PROGRAM),
  )
})

test.run()
