/** Around what Helm fills in: two characters of Unicode's private use area, which no text of ours has. */
const OPEN = '\uE000'
const CLOSE = '\uE001'

/**
 * A string that stands in typed objects and in YAML where the chart has `{{ expression }}`. One that starts with a hyphen
 * also takes away the line end before it: https://helm.sh/docs/chart_template_guide/control_structures/#controlling-whitespace
 */
export function hole(expression: string): string {
  return OPEN + expression + CLOSE
}

/** YAML with holes → the text of a Helm template. */
export function toTemplate(yaml: string): string {
  const value = `${OPEN}([^-${CLOSE}][^${CLOSE}]*)${CLOSE}`
  return (
    yaml
      // Braces of our own, in a program or a script, are not Helm's.
      .replaceAll('{{', hole('"{{"'))
      .replace(new RegExp(`(: |- )${value}$`, 'gm'), scalar)
      .replace(new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`, 'g'), (_, expression) => braces(expression))
  )
}

/** A hole that is a whole value may hold any text, or is a number. */
function scalar(_: string, before: string, expression: string): string {
  return before + braces(expression.endsWith('| int') ? expression : `${expression} | quote`)
}

function braces(expression: string): string {
  return expression.startsWith('-') ? `{{${expression} }}` : `{{ ${expression} }}`
}
