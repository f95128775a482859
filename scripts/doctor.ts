import { contextName } from '../lib/cluster/kubectl.ts'
import { findTarget, recordedTarget } from '../lib/cluster/target.ts'
import type { Check } from '../lib/diagnosis/check.ts'
import { checkCluster } from '../lib/diagnosis/check-cluster.ts'
import { toRead } from '../lib/diagnosis/finding.ts'
import { observeMachine } from '../lib/diagnosis/machine/observe.ts'
import { machineVerdict } from '../lib/diagnosis/machine/verdict.ts'
import { writeReport } from '../lib/diagnosis/report.ts'
import { findingLines } from '../lib/diagnosis/say-finding.ts'
import { checkHost } from '../lib/host/check-host.ts'
import { recorded } from '../lib/host/running.ts'
import { readHostSecrets } from '../lib/host/secrets.ts'
import { runReport } from '../lib/loop/record/report.ts'
import { colour, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { toTypeHere } from '../lib/shell/type-here.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { type Configuration, loadSettings } from '../lib/stack/settings-file.ts'

const USAGE = `npm run doctor -- [--json] [--report] [--stack DIR]

Looks for what is wrong with this machine, this cluster and this deployment, and names one cure each. Reads, never
changes anything; asks no model. Ends with 0 when all is well, with 1 when something was found.

  --json    prints one JSON object and nothing else
  --report  also writes a folder to attach to an issue: states, events, logs, traces, differences, timings; secrets taken out
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    json: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    ...STACK_FLAG,
  })
  const application = await openApplication(values.stack)
  const { state } = application
  const up = recordedTarget(state)
  // A loop on the host leaves no other record than its processes.
  const onHost = (await recorded(state)).length > 0
  const target = up ?? (onHost ? 'host' : (await findTarget(application)).target)
  const machine = machineVerdict(await observeMachine(application, target))
  const { settings, given } = readableSettings(application)
  const context = target === 'cluster' && settings ? contextName(settings.kubeContext) : undefined
  const parts: Check[] = [machine]
  if (settings && target === 'host') parts.push(await checkHost(application, settings, given, up === 'host'))
  if (settings && context !== undefined)
    parts.push(...(await checkCluster(context, { settings, given }, application.causes, up === 'cluster')))
  const checked = parts.map(({ part, well, findings }) => ({
    part,
    well: well.map(toTypeHere),
    findings: findings.map(toRead),
  }))

  const all = checked.flatMap(({ findings }) => findings)
  const secrets = () => [...Object.values(given), ...Object.values(readHostSecrets(state))]
  const report = values.report
    ? await writeReport(application, checked, secrets(), context, runReport(state))
    : undefined
  if (values.json)
    say(
      JSON.stringify(
        { well: all.length === 0, target, findings: all, checked, ...(report ? { report } : {}) },
        null,
        2,
      ),
    )
  else {
    for (const part of checked) sayPart(part)
    if (report) say(`\nreport: ${report}`)
  }
  return all.length === 0 ? 0 : 1
})

/** What is wrong with `.env.local` is a finding of the machine; here it only means that nothing more can be seen. */
function readableSettings(application: Application): Partial<Configuration> & Pick<Configuration, 'given'> {
  try {
    return loadSettings(application)
  } catch (error) {
    if (error instanceof Refusal) return { given: {} }
    throw error
  }
}

function sayPart({ part, well, findings }: Check): void {
  say(colour('dim', part))
  for (const line of well) say(`${colour('green', '✓')} ${line}`)
  for (const finding of findings) for (const line of findingLines(finding, process.stdout)) say(line)
}
