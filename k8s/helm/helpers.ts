import type { Stack } from '../model/stack.ts'

/** What the templates call by name, for `forHelm` of templates.ts. */
export function helpers({ name }: Stack): string {
  return `{{/* The full name of an image of the stack. Takes the context and the bare name. */}}
{{- define "${name}.image" -}}
{{- $image := (first .).Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ last . }}:{{ $image.tag | default (first .).Chart.AppVersion }}
{{- end }}

{{/*
A short name for what a program reads from the ConfigMap: another one when a value is another, so that new pods are made.
Takes the context and the keys that the program reads.
*/}}
{{- define "${name}.digest" -}}
{{- $context := first . -}}
{{- $data := (include (print $context.Template.BasePath "/config.yaml") $context | fromYaml).data -}}
{{- $lines := list -}}
{{- range rest . }}{{ $lines = append $lines (printf "%s=%s" . (get $data .)) }}{{ end -}}
{{- join "\\n" $lines | sha256sum | trunc 16 }}
{{- end }}
`
}
