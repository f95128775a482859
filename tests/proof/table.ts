import type { Claim, Topic } from './claim.ts'
import type { Last, Recorded } from './record.ts'

const [BEGIN, END] = ['<!-- begin: made by the proof -->', '<!-- end: made by the proof -->']

/** Puts the tables between their marks in a document. @throws where the marks are missing */
export function withTables(document: string, topics: readonly Topic[], recorded: Recorded): string {
  const [before, after] = [document.split(BEGIN)[0], document.split(END)[1]]
  if (before === undefined || after === undefined || before === document)
    throw new Error(`docs/proof.md lacks ${BEGIN} or ${END}`)
  return `${before}${BEGIN}\n\n${topics.map((topic) => tables(topic, recorded)).join('\n\n')}\n\n${END}${after}`
}

function tables({ name, title, claims }: Topic, recorded: Recorded): string {
  const rows = claims.map((claim) => {
    const tests = claim.tests.map((file) => `\`${file}\``).join('<br>')
    const last = claim.tests.map((file) => figures(recorded[file])).join('<br>')
    return `| ${claim.says} | ${tests} | ${last} |`
  })
  return [
    `## ${title}`,
    '',
    `\`npm run proof -- ${name}\``,
    '',
    '| promise | test | last run |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}

function figures(last: Last | undefined): string {
  if (!last) return 'not run yet'
  const counts = [
    `${last.failed > 0 ? `**${last.failed} failed**, ` : ''}${last.passed} passed`,
    ...(last.skipped > 0 ? [`${last.skipped} skipped`] : []),
    ...last.figures,
  ]
  return `${counts.join('; ').replaceAll('|', '\\|')} (${last.on})`
}

/** @returns what of the claims is not proven: a sentence each */
export function shortcomings(claims: readonly Claim[], recorded: Recorded): string[] {
  return claims.flatMap(({ says, tests, elsewhere }) =>
    tests.flatMap((file) => {
      const last = recorded[file]
      const why = !last
        ? 'was not run'
        : last.failed > 0
          ? `failed ${last.failed} times`
          : last.skipped > 0 && !elsewhere
            ? `skipped ${last.skipped} tests`
            : undefined
      return why ? [`${says}: ${file} ${why}`] : []
    }),
  )
}
