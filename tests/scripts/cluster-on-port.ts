import { runCommand } from '../../lib/shell/command.ts'
import { cluster } from '../../scripts/cluster.ts'

/** The cluster command with a port of the test's choice: the real one may be in use by a cluster of this machine. */
runCommand(import.meta.url, ([port, ...argv]) => cluster(argv, Number(port)))
