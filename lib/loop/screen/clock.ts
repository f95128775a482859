/** @returns the time of day here, like `12:03:44`, of milliseconds since 1970 */
export function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8)
}
