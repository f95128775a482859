/** Whose eyes a page of a stack is seen with; who is not there yet is made. */
export interface Visitor {
  readonly name: string
  readonly password: string
}

/**
 * Signs a visitor in.
 *
 * @param origin where a browser finds the page, like `http://localhost:8080`
 * @param address where we find it
 * @returns the cookies by which the page knows them
 * @throws Error that says what was answered
 */
export type SignIn = (
  origin: string,
  visitor: Visitor,
  address?: string,
) => Promise<readonly { readonly name: string; readonly value: string }[]>
