/** Whether a version is that one or a later one: `2.24` is later than `2.9`. */
export function atLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}
