export interface Database<Secret extends string = string, Name extends string = string> {
  readonly service: Name
  readonly user: string
  readonly name: string
  /** Where the people are who have an account, and which of its rows are people. */
  readonly people: { readonly table: string; readonly where: string }
  /** The secrets that hold its address and its password. */
  readonly url: Secret
  readonly password: Secret
  readonly backup: BackupRule
}

/** What a backup of a database must hold; tables as pg_dump writes their names. */
export interface BackupRule {
  /** Without these it is no database of this stack. */
  readonly tables: readonly string[]
  /** The table whose one row is the schema's revision, and the folder of Alembic's migrations, which know it. */
  readonly revision: { readonly table: string; readonly migrations: string }
  /** What people have made: while it has rows, nothing is restored in its place unasked. */
  readonly work: string
}
