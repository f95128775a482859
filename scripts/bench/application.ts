import { openApplication } from '../../lib/stack/application.ts'

/** What is measured. */
export const MEASURED = await openApplication()
