import type { CauseName } from '../cause-names.ts'
import { databaseRules } from './database.ts'
import { migrationRules } from './migration.ts'
import { modelRules } from './model.ts'
import { nameRules } from './names.ts'
import { programRules } from './program.ts'
import type { Place, Rule, Told } from './rule.ts'
import { settingsRules } from './settings.ts'
import { systemRules } from './system.ts'

/** Of two that a same line tells, the first counts. */
const RULES: readonly Rule[] = [
  ...systemRules,
  ...settingsRules,
  ...nameRules,
  ...databaseRules,
  ...migrationRules,
  ...modelRules,
  ...programRules,
]

/** @returns the cause that the last telling line names */
export function readLines(lines: readonly string[], place: Place): (Told & { cause: CauseName }) | undefined {
  const told = RULES.flatMap(({ cause, read }) => {
    const said = read(lines, place)
    return said ? [{ cause, ...said }] : []
  })
  return told.reduce<(typeof told)[number] | undefined>(
    (newest, one) => (newest && newest.at >= one.at ? newest : one),
    undefined,
  )
}
