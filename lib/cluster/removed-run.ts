/** As pkg/kubelet/kuberuntime/kuberuntime_container.go words it; no time stands before it. */
const REMOVED = /^unable to retrieve container logs for \S+\s*$/

/** Whether a log is what a kubelet says, with status 200, where the run that it was asked about is removed. */
export function isOfRemovedRun(log: string): boolean {
  return REMOVED.test(log)
}
