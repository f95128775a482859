// Works beside the pages: shows reminders, and opens the tasks without a network. Plain JavaScript, sent as it is.
// Before it stands `const version`: the name of the build, or '' in development, where nothing is kept.
/* global version */

const kept = `todo-${version}`
const home = '/'

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => event.waitUntil(takeOver()))

self.addEventListener('push', (event) => event.waitUntil(remind(taskIn(event.data))))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.url))
})

self.addEventListener('message', (event) => {
  const { remindOf, keep } = event.data
  if (remindOf) event.waitUntil(remind(remindOf))
  if (keep && version) event.waitUntil(keepAll(keep))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (!version || request.method !== 'GET' || origin !== location.origin) return
  // What has a name of its own for each content, and the pages; never an answer of the API.
  if (pathname.startsWith('/_next/static/')) event.respondWith(asset(request))
  else if (request.mode === 'navigate') event.respondWith(page(event, pathname))
})

/** Throws away what other builds kept. */
async function takeOver() {
  const others = (await caches.keys()).filter(
    (name) => name.startsWith('todo-') && (name !== kept || !version),
  )
  await Promise.all(others.map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** The same tag for the same task: however often it is said, and by whom, it is there once. */
function remind({ task_id, title, due_at, url }) {
  const due = due_at && new Date(due_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return self.registration.showNotification(title, {
    body: due ? `Due at ${due}` : '',
    tag: `task-${task_id}`,
    icon: '/icon.svg',
    data: { url: url ?? home },
  })
}

function taskIn(message) {
  try {
    return message.json()
  } catch {
    // A browser takes away the permission of who is woken and shows nothing.
    return { title: 'A task is due' }
  }
}

/** Brings an open page to the front, or opens one. */
async function open(url) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const target = new URL(url, location.origin)
  const [page] = pages.sort((one, other) => Number(other.focused) - Number(one.focused))
  if (page) await page.focus()
  else if (target.origin === location.origin) await self.clients.openWindow(target.href)
}

async function asset(request) {
  const found = await caches.match(request)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(kept)).put(request, answer.clone())
  return answer
}

/** From the network, always; only without one, the tasks as they were last seen. */
async function page(event, pathname) {
  const store = pathname === home ? caches.open(kept) : undefined
  try {
    const answer = await fetch(event.request)
    if (store) event.waitUntil(keepPage(store, answer.clone()))
    return answer
  } catch {
    return (store && (await keptPage())) || noConnection()
  }
}

/** With a mark that the page can see, see network.ts. */
async function keptPage() {
  const answer = await caches.match(home)
  if (!answer) return
  const headers = new Headers(answer.headers)
  headers.set('server-timing', 'kept')
  return new Response(answer.body, { headers })
}

/**
 * Not a page of some tasks alone. Who is led elsewhere is signed out: then there is nothing to keep.
 *
 * @param store opened before the page was asked for: of one that was thrown away since, as somebody signed out, nobody
 *   finds what is put there
 */
async function keepPage(store, answer) {
  if (answer.ok && !answer.redirected) {
    if (!new URL(answer.url).search) await (await store).put(home, answer)
  } else if (answer.redirected || answer.type === 'opaqueredirect') {
    await (await store).delete(home)
  }
}

/** What a page had loaded before this worker stood beside it. */
async function keepAll(assets) {
  const store = await caches.open(kept)
  if (!(await store.match(home))) await keepPage(store, await fetch(home))
  await Promise.all(assets.map((url) => asset(new Request(url))))
}

function noConnection() {
  const text =
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>No connection</title><p>There is no connection. Try again when it is back.'
  return new Response(text, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
