// Some browsers name a language that none is, as en-US@posix in a container; uPlot asks for its numbers and would end the page.
try {
  new Intl.NumberFormat(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en' })
}
