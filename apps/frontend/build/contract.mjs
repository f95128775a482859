import { readFile, writeFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import { compile } from 'json-schema-to-typescript'

// Writes what the API takes and gives as types; docs/contracts/openapi.yaml is generated in turn from the backend.
const file = process.argv[2] ?? 'src/client/contract.ts'
const contract = load(await readFile('../../docs/contracts/openapi.yaml', 'utf8'))
const local = (text) => text.replaceAll('#/components/schemas/', '#/definitions/')
const definitions = JSON.parse(local(JSON.stringify(contract.components.schemas)), (key, value) =>
  // Titles that only repeat a field's name would become a type each.
  key === 'title' && typeof value === 'string' && !(value in contract.components.schemas) ? undefined : value,
)
const properties = Object.fromEntries(
  Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }]),
)
const types = await compile({ definitions, type: 'object', properties }, 'Contract', {
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  bannerComment: '// Made by `npm run contract` from docs/contracts/openapi.yaml; not written by hand.',
  style: { semi: false, singleQuote: true, printWidth: 110 },
})
await writeFile(file, types)
