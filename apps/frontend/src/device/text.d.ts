/** A file as it is, see turbopack.rules in next.config.ts. */
declare module '*?text' {
  const text: string
  export default text
}
