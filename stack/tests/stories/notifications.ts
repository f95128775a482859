import type { BrowserContext, Page, Worker } from 'playwright-core'

export interface Notified {
  title: string
  tag: string
  body: string
}

/**
 * Answers the browser's question for the permission. The Chrome that comes with npm has no notifications, whatever one
 * grants: so they are also caught where the service worker hands them over.
 */
export async function answerPermission(page: Page, answer: 'granted' | 'denied'): Promise<void> {
  await page.addInitScript(`{
    const given = 'permission-of-a-test'
    Object.defineProperty(Notification, 'permission', { get: () => sessionStorage.getItem(given) ?? 'default' })
    Notification.requestPermission = async () => {
      sessionStorage.setItem(given, '${answer}')
      return '${answer}'
    }
  }`)
}

/** Waits for the service worker that stands beside the pages, and catches what it shows from now on. */
export async function catchNotifications(context: BrowserContext): Promise<Worker> {
  const worker = context.serviceWorkers().at(-1) ?? (await context.waitForEvent('serviceworker'))
  await worker.evaluate(`
    self.notified ??= []
    self.registration.showNotification = async (title, { tag, body }) => {
      self.notified.push({ title, tag, body })
    }
  `)
  return worker
}

export function caught(worker: Worker): Promise<Notified[]> {
  return worker.evaluate('self.notified')
}

/** Delivers a push message to the service worker, as the browser does when its push service has one. */
export async function deliverPush(page: Page, data: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [registration] = registrations.filter(({ isDeleted }) => !isDeleted)
      if (registration) resolve(registration.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  const { origin } = new URL(page.url())
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data })
  await devtools.detach()
}

/** What of a user is left in the browser; files of the page are nobody's. */
export function leftBehind(page: Page): Promise<string[]> {
  return page.evaluate(`(async () => {
    const names = [localStorage, sessionStorage].flatMap(Object.keys).filter((name) => name.startsWith('todo-'))
    return [...names, ...((await caches.match('/')) ? ['the page with the tasks'] : [])]
  })()`)
}
