import type { Component } from './components.ts'

/**
 * A bill of materials in CycloneDX 1.5. The same components give the same bytes: no serial number, no time.
 *
 * @param version of the image
 */
export function billOfMaterials(image: string, version: string, components: readonly Component[]): string {
  const purl = `pkg:docker/${image}@${version}`
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'container', name: image, version, 'bom-ref': purl, purl } },
    components,
    dependencies: [{ ref: purl, dependsOn: components.map((component) => component['bom-ref']) }],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
