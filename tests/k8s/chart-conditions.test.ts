import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { toTemplate } from '../../k8s/helm/hole.ts'
import { merged } from '../../k8s/helm/merge.ts'
import type { Json } from '../../k8s/helm/parts.ts'
import { decisions, type Point } from '../../k8s/helm/toggles.ts'
import { MAIN } from './main-stack.ts'

const { points, toggles } = decisions(MAIN)
const test = suite('what differs between values')

/** The template of something that is told for every way to decide. */
function template(tell: (at: Point) => Json): string {
  const variants = new Map(points.map((point) => [point, tell(point)]))
  return toTemplate(merged(variants, toggles, (value) => stringify(value, { lineWidth: 0 })))
}

test('what is the same everywhere has no condition', () => {
  assert.is(
    template(() => ({ a: [1, { b: 'c' }] })),
    'a:\n  - 1\n  - b: c\n',
  )
})

test('one field that differs is all that stands under a condition', () => {
  const replicas = ({ autoscaled }: Point) => (autoscaled === 'yes' ? {} : { replicas: 2 })
  assert.is(
    template((at) => ({ spec: { ...replicas(at), paused: false } })),
    `spec:
  {{- if not .Values.autoscaleUpTo }}
  replicas: 2
  {{- end }}
  paused: false
`,
  )
})

test('each value has its branch, the longest condition is the else', () => {
  const origin = ({ expose, address }: Point) => (address === 'none' ? String(expose) : 'given')
  assert.is(
    template((at) => ({ origin: origin(at) })),
    `{{- if .Values.publicUrl }}
origin: given
{{- else if eq .Values.expose "ingress" }}
origin: ingress
{{- else if eq .Values.expose "nodeport" }}
origin: nodeport
{{- else if eq .Values.expose "internal" }}
origin: internal
{{- else }}
origin: loadbalancer
{{- end }}
`,
  )
})

test('an item of a list is found again by its name', () => {
  const port = ({ expose }: Point): Json => ({
    name: 'http',
    ...(expose === 'nodeport' ? { nodePort: 30080 } : {}),
  })
  assert.is(
    template((at) => [port(at), { name: 'metrics' }]),
    `- name: http
  {{- if eq .Values.expose "nodeport" }}
  nodePort: 30080
  {{- end }}
- name: metrics
`,
  )
})

test('an item that several decisions bring stands below each', () => {
  const outside = ({ postgres, 'assistant-stub': stub }: Point) => postgres === 'no' || stub === 'no'
  assert.is(
    template((at) => ['dns', ...(outside(at) ? ['outside'] : [])]),
    `- dns
{{- if not .Values.postgres.storage }}
- outside
{{- else if .Values.assistant.baseUrl }}
- outside
{{- end }}
`,
  )
})

test('what only two decisions together bring is below both', () => {
  const both = ({ networkPolicies, address }: Point) => networkPolicies === 'yes' && address === 'https'
  assert.is(
    template((at) => ({ a: 1, ...(both(at) ? { b: 2 } : {}) })),
    `a: 1
{{- if .Values.networkPolicies }}
{{- if hasPrefix "https:" .Values.publicUrl }}
b: 2
{{- end }}
{{- end }}
`,
  )
})

test('an address that is given without https is told from one that is not, and from one with it', () => {
  assert.is(
    template(({ address }) => ({ a: 1, ...(address === 'http' ? { b: 2 } : {}) })),
    `a: 1
{{- if and .Values.publicUrl (not (hasPrefix "https:" .Values.publicUrl)) }}
b: 2
{{- end }}
`,
  )
})

test('all cases but one are told by the one', () => {
  assert.is(
    template(({ expose }) => ({ a: 1, ...(expose === 'internal' ? {} : { b: 2 }) })),
    `a: 1
{{- if ne .Values.expose "internal" }}
b: 2
{{- end }}
`,
  )
})

test('where a decision brings it always, never or only with another, each case stands by itself', () => {
  const there = ({ expose, address }: Point) =>
    expose === 'ingress' || (expose === 'nodeport' && address !== 'none')
  assert.is(
    template((at) => ({ a: 1, ...(there(at) ? { b: 2 } : {}) })),
    `a: 1
{{- if .Values.publicUrl }}
{{- if eq .Values.expose "nodeport" "ingress" }}
b: 2
{{- end }}
{{- else if eq .Values.expose "ingress" }}
b: 2
{{- end }}
`,
  )
})

test('lists whose order differs, or that may be empty, are told whole', () => {
  assert.is(
    template(({ postgres }) => ({ a: postgres === 'yes' ? ['x', 'y'] : ['y', 'x'] })),
    `{{- if .Values.postgres.storage }}
a:
  - x
  - y
{{- else }}
a:
  - y
  - x
{{- end }}
`,
  )
  assert.is(
    template(({ postgres }) => ({ a: postgres === 'yes' ? ['x'] : [] })),
    `{{- if .Values.postgres.storage }}
a:
  - x
{{- else }}
a: []
{{- end }}
`,
  )
})

test.run()
