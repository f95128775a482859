/** How many the Dockerfiles copy: COPY takes no list from an argument. What is not named is the one before it again. */
const MOST = 5

/**
 * The build arguments that say what an image holds of the folder of its program, `PART_1` and so on. Skaffold puts them
 * into COPY as Docker does, and so watches that and nothing else.
 *
 * @param paths files and folders below it
 * @throws Error where there are more than a Dockerfile copies
 */
export function parts(paths: readonly string[]): Readonly<Record<string, string>> {
  if (paths.length > MOST) throw new Error(`an image holds ${MOST} parts at most, not ${paths.join(', ')}`)
  return Object.fromEntries(paths.map((path, index) => [`PART_${index + 1}`, path]))
}
