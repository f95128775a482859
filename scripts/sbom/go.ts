import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import type { Component } from './components.ts'

/** The modules that a folder's go.mod requires, https://go.dev/ref/mod#go-mod-file; those for others' sake need not be built in. */
export function goComponents(folder: string): Component[] {
  return modulesOf(readFileSync(join(CHECKOUT, folder, 'go.mod'), 'utf8'))
}

/** @param text of a go.mod */
export function modulesOf(text: string): Component[] {
  const required = text.matchAll(/^(?:require )?[ \t]*([\w.-]+\.[\w.-]+\/\S+) (v\S+)( \/\/ indirect)?$/gm)
  return [...required].map(([, name = '', version = '', indirect]) => {
    const purl = `pkg:golang/${name}@${version}`
    const scope = indirect ? 'optional' : 'required'
    return { type: 'library', name, version, 'bom-ref': purl, purl, scope }
  })
}
