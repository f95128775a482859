/** Kubernetes' `500m` or `2` as Docker's number of processors. */
export function cpus(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity)
}

/** Kubernetes' `512Mi` or `2Gi` as Docker's `512m` or `2g`, which mean the same powers of two. */
export function memory(quantity: string): string {
  return quantity.replace(/i$/, '').toLowerCase()
}
