/** Beside PGDATA, which initdb wants to be empty. */
const LOCK = 'server.lock'
export const WAITS =
  'waits until the server of another container has ended, which still writes to this volume'

/**
 * Lines of a shell that go on once no other container works on the volume, and keep it for as long as a process of this
 * one lives. A pod that is deleted by force has its successor while its server still runs, and `postmaster.pid` guards
 * nothing there: it has a number of a PID namespace in which each server is process 1. The `flock` of Alpine's images
 * knows short options alone.
 */
export const ALONE = `exec 9>>"\${PGDATA%/*}/${LOCK}"
flock -n 9 || {
  trap 'exit 143' INT TERM
  echo 'LOG:  ${WAITS}' >&2
  flock 9 & wait $! || exit
  trap - INT TERM
}`
