import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubernetesObject } from '../diagnosis/drift/object.ts'

/** Milliseconds in which Skaffold sees that something was rendered anew. */
const NOTICED_AFTER = 5_000

/** The objects of a folder of manifests; undefined while what was just written there may not be deployed yet. */
export function readRendered(folder: string): () => readonly KubernetesObject[] | undefined {
  let known: { written: number; objects: readonly KubernetesObject[] } | undefined
  return () => {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(folder, name))
    const written = Math.max(...files.map((file) => statSync(file).mtimeMs))
    if (Date.now() - written < NOTICED_AFTER) return undefined
    if (known?.written !== written) {
      const documents = files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))
      known = { written, objects: documents.map((document) => document.toJS() as KubernetesObject) }
    }
    return known.objects
  }
}
