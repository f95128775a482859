import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { Refusal } from '../shell/refusal.ts'

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Of two such lists Chromium takes the last, so this one has what matters here of Playwright's own. */
const DISABLED = [
  // Behind a service worker, requests that outlive their page would pass by a story's routes.
  'KeepAliveInBrowserMigration',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/** Starts a program of Linux that hears nothing of this machine's network interfaces. */
const DEAF = fileURLToPath(new URL('deaf.py', import.meta.url))

/**
 * Starts a browser without a window, to which the machine's network is there and stays as it is.
 *
 * @throws Refusal where there is none
 */
export async function openBrowser(): Promise<Browser> {
  const launcher = await launch().catch(() => {
    throw new Refusal('There is no browser here: it comes with the packages of the tests.', 'npm ci')
  })
  const args = ['--no-sandbox', '--disable-gpu', `--disable-features=${DISABLED}`]
  const program = await browserPath()
  if (process.platform !== 'linux') return launcher.launch({ executablePath: program, args })
  return launcher.launch({
    executablePath: DEAF,
    args,
    env: { ...process.env, DEAF_PROGRAM: program },
  })
}

async function launch() {
  return (await import('playwright-core')).chromium
}

/** The Chrome of this machine, or the one that came with npm. */
export async function browserPath(): Promise<string> {
  return INSTALLED.find((path) => existsSync(path)) ?? (await fromPackage())
}

/** The package brings the libraries that a bare system lacks, but unpacks them only where it believes to be in Lambda. */
async function fromPackage(): Promise<string> {
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x'
  const { default: chromium } = await import('@sparticuz/chromium')
  return chromium.executablePath()
}
