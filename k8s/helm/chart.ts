import { stringify } from 'yaml'
import type { InitScripts } from '../model/choices.ts'
import type { Stack } from '../model/stack.ts'
import { contradictionsTemplate } from './contradictions.ts'
import { helpers } from './helpers.ts'
import { notes } from './notes.ts'
import { secretTemplate } from './secret.ts'
import { PROGRAM } from './stand-ins.ts'
import { templates } from './templates.ts'
import { valuesFiles } from './values-files.ts'

export interface ChartSource {
  /** Of chart and application alike. */
  readonly version: string
  /** Of the smoke test. */
  readonly program: string
  /** They belong to the stack as its programs do: not a release, but who makes the chart decides on them. */
  readonly initScripts: InitScripts
}

/** The Helm chart of a stack, in profile `run`: the contents of its files by their paths. */
export function chart(
  stack: Stack,
  { version, program, initScripts }: ChartSource,
): ReadonlyMap<string, string> {
  const all = new Map([
    ['_helpers.tpl', helpers(stack)],
    ['contradictions.yaml', contradictionsTemplate(stack)],
    ['secret.yaml', secretTemplate(stack)],
    ...templates(stack, initScripts),
    ['NOTES.txt', notes(stack)],
  ])
  return new Map([
    ['Chart.yaml', stringify({ ...about(stack), version, appVersion: version }, { lineWidth: 0 })],
    ...valuesFiles(stack),
    [PROGRAM, program],
    ...[...all].map(([name, text]) => [`templates/${name}`, text] as const),
  ])
}

function about({ name, about }: Stack) {
  return {
    apiVersion: 'v2',
    name,
    description: about,
    type: 'application',
    // The first that knows `preStop.sleep` without being asked to.
    kubeVersion: '>=1.30.0-0',
  }
}
