import { stringify } from 'yaml'
import { page } from '../exposure.ts'
import type { InitScripts } from '../init-scripts.ts'
import { parseSettings } from '../settings.ts'
import { contradictionsTemplate } from './contradictions.ts'
import { HELPERS } from './helpers.ts'
import { notes } from './notes.ts'
import { secretTemplate } from './secret.ts'
import { JOURNEY, stackTemplates, testTemplate } from './templates.ts'
import { valuesFiles } from './values-files.ts'

export interface ChartSource {
  /** Of chart and application alike. */
  readonly version: string
  /** The source of lib/smoke/journey.ts. */
  readonly journey: string
  /** They belong to the stack as its programs do: not a release, but who makes the chart decides on them. */
  readonly initScripts: InitScripts
}

/** The Helm chart of the stack, in profile `run`: the contents of its files by their paths. */
export function chart({ version, journey, initScripts }: ChartSource): ReadonlyMap<string, string> {
  const { settings } = parseSettings({}, {})
  if (!settings) throw new Error('The default settings do not parse')
  const templates = new Map([
    ['_helpers.tpl', HELPERS],
    ['contradictions.yaml', contradictionsTemplate()],
    ['secret.yaml', secretTemplate(settings)],
    ...stackTemplates(initScripts),
    ['tests/smoke.yaml', testTemplate(page(settings))],
    ['NOTES.txt', notes()],
  ])
  return new Map([
    ['Chart.yaml', stringify({ ...ABOUT, version, appVersion: version }, { lineWidth: 0 })],
    ...valuesFiles(),
    [JOURNEY, journey],
    ...[...templates].map(([name, text]) => [`templates/${name}`, text] as const),
  ])
}

const ABOUT = {
  apiVersion: 'v2',
  name: 'todo',
  description: 'A todo chatbot: Next.js frontend, FastAPI backend, MCP server, stand-in model, PostgreSQL',
  type: 'application',
  // The first that knows `preStop.sleep` without being asked to.
  kubeVersion: '>=1.30.0-0',
}
