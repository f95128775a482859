import { runCommand } from '../../lib/shell/command.ts'
import { openApplication } from '../../lib/stack/application.ts'
import { cluster } from '../../scripts/cluster.ts'

/** The cluster command with a port of the test's choice: the real one may be in use by a cluster of this machine. */
runCommand(import.meta.url, async ([port, ...argv]) => cluster(await openApplication(), argv, Number(port)))
