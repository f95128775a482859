/** Holds back whatever awaits `released`, until `release` is called. */
export function latch(): { released: Promise<void>; release: () => void } {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return { released, release }
}
