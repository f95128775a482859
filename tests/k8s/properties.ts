import type { Test } from 'uvu'

/**
 * Properties that hold at many points: one test a property, whose failure names the point at which it does not hold.
 *
 * @returns adds a point to the test of a property
 */
export function propertiesOf(test: Test) {
  const all = new Map<string, [point: string, check: () => void][]>()
  return (point: string, property: string, check: () => void): void => {
    const known = all.get(property)
    if (known) return void known.push([point, check])
    const points: [string, () => void][] = [[point, check]]
    all.set(property, points)
    test(property, () => {
      for (const [where, check] of points) at(where, check)
    })
  }
}

function at(point: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (error instanceof Error) error.message = `${point}: ${error.message}`
    throw error
  }
}
