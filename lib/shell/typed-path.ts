import { resolve } from 'node:path'

/**
 * A path as the person meant it who typed it: npm runs scripts at the top of the checkout, wherever the person is.
 *
 * @returns an absolute path
 */
export function asTyped(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}
