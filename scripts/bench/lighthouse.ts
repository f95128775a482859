import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { $ } from 'zx/core'
import { browserPath } from '../../lib/browser/browser.ts'
import { environment } from '../../lib/shell/environment.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'

const LOCKED = join(CHECKOUT, 'scripts', 'bench', 'lighthouse')
const MANIFESTS = ['package.json', 'package-lock.json']

/** The parts of a report that we read: https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md */
const Report = z.object({
  finalDisplayedUrl: z.string(),
  categories: z.object({ accessibility: z.object({ score: z.number() }) }),
  audits: z.object({
    'largest-contentful-paint': z.object({ numericValue: z.number() }),
    'cumulative-layout-shift': z.object({ numericValue: z.number() }),
    'total-blocking-time': z.object({ numericValue: z.number() }),
    'network-requests': z.object({
      details: z.object({
        items: z.array(z.object({ resourceType: z.string().optional(), url: z.string() })),
      }),
    }),
  }),
})

/** How one page did. */
export interface PageReport {
  /** 0 to 100. */
  readonly accessibility: number
  /** Largest contentful paint and total blocking time, in milliseconds. */
  readonly paint: number
  readonly blocked: number
  /** Cumulative layout shift, without a unit. */
  readonly shift: number
  /** Scripts in bytes, gzipped. */
  readonly scripts: number
}

/**
 * Installs Lighthouse where it is not here yet: it is as large as all that the tests need, so `npm ci` leaves it out.
 *
 * @returns the folder it is in
 */
export async function installLighthouse(interrupted: AbortSignal): Promise<string> {
  const folder = join(checkoutFolder(), 'bench', 'lighthouse')
  const lock = (at: string) => readFileSync(join(at, 'package-lock.json'), 'utf8')
  const done = join(folder, 'node_modules', '.installed')
  try {
    if (readFileSync(done, 'utf8') === lock(LOCKED)) return folder
  } catch {
    // Not here yet, or half of it.
  }
  mkdirSync(folder, { recursive: true })
  for (const name of MANIFESTS) copyFileSync(join(LOCKED, name), join(folder, name))
  await $({ quiet: true, cwd: folder, signal: interrupted, env: environment('npm') })`npm ci --ignore-scripts`
  writeFileSync(done, lock(folder))
  return folder
}

/**
 * Loads a page with Lighthouse's desktop settings: 10 Mbit/s, 40 ms, no slower processor, an empty cache.
 *
 * @param cookie of the session that looks at it; a page for everybody has none
 * @throws Error when another page is shown than asked for
 */
export async function lookAt(
  lighthouse: string,
  url: string,
  cookie: string | undefined,
  interrupted: AbortSignal,
): Promise<PageReport> {
  const headers = join(lighthouse, 'headers.json')
  writeFileSync(headers, JSON.stringify(cookie ? { Cookie: cookie } : {}), { mode: 0o600 })
  const env = { ...process.env, CHROME_PATH: await browserPath() }
  const flags = [
    ...['--preset=desktop', '--output=json', '--only-categories=performance,accessibility', '--quiet'],
    ...[`--extra-headers=${headers}`, '--chrome-flags=--headless=new --no-sandbox --disable-gpu'],
  ]
  try {
    const words = [process.execPath, join(lighthouse, 'node_modules/lighthouse/cli/index.js'), url, ...flags]
    const { stdout } = await $({ quiet: true, env, signal: interrupted })`${words}`
    const { finalDisplayedUrl, categories, audits } = Report.parse(JSON.parse(stdout))
    if (new URL(finalDisplayedUrl).pathname !== new URL(url).pathname)
      throw new Error(`${url} led to ${finalDisplayedUrl}`)
    const requests = audits['network-requests'].details.items
    const scripts = requests.filter(({ resourceType }) => resourceType === 'Script')
    const sizes = await Promise.all(scripts.map(({ url }) => gzippedSize(url, interrupted)))
    return {
      accessibility: Math.round(categories.accessibility.score * 100),
      paint: audits['largest-contentful-paint'].numericValue,
      blocked: audits['total-blocking-time'].numericValue,
      shift: audits['cumulative-layout-shift'].numericValue,
      scripts: sizes.reduce((sum, size) => sum + size, 0),
    }
  } finally {
    rmSync(headers)
  }
}

/** What Lighthouse tells of a transfer holds its headers too. */
async function gzippedSize(url: string, signal: AbortSignal): Promise<number> {
  return gzipSync(await (await fetch(url, { signal })).arrayBuffer()).length
}
