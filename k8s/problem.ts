export interface Problem {
  readonly message: string
  readonly cure: string
}
