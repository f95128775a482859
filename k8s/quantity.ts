const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

const QUANTITY = /^([\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/

/**
 * Reads a Kubernetes quantity, https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 *
 * @returns cores or bytes; 0 where there is none
 */
export function quantity(text: string | number | undefined): number {
  const [, digits = '0', suffix = ''] = QUANTITY.exec(String(text ?? '0')) ?? []
  return Number(digits) * (SUFFIX[suffix] ?? 1)
}

/** Whether Kubernetes reads a text as one. */
export function isQuantity(text: string): boolean {
  const [, digits, suffix = ''] = QUANTITY.exec(text) ?? []
  return Number.isFinite(Number(digits)) && Object.hasOwn(SUFFIX, suffix)
}
