/**
 * The build argument `LOCKS` of an image of the loop, which says where Skaffold finds the lock files that it watches. In
 * `npm run dev`, which sets DEV_LOOP and follows them by itself, that is no folder: the digest makes another image of the
 * same folder with other packages.
 *
 * @param lock the file that names them, below the checkout
 */
export function locks(directory: string, lock: string): string {
  return `{{if env "DEV_LOOP"}}{{cmd "cat" "${lock}" | sha256sum}}{{else}}${directory}{{end}}`
}
