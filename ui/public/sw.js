/**
 * Lets the crew's page open without a network. Keeps the built application and the few answers a page needs to start;
 * everything asked of the server goes to the server first. Commands are not touched: they are the outbox's.
 */
const APP = 'golden-hour-app';
const ANSWERS = 'golden-hour-answers';
/** Kept with their last answer; forgotten with the sign-out. */
const KEPT = ['/api/v1/session', '/api/v1/region', '/api/v1/content', '/api/v1/care/dictionary', '/api/v1/care/record', '/api/v1/care/records'];
const SLOW_MS = 4_000;

self.addEventListener('install', (event) => {
  event.waitUntil(keepApp().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

/** Fetch what the build lists and is not kept yet; drop what it no longer lists. */
async function keepApp() {
  const listed = await fetch('/kept.json', { cache: 'no-cache' });
  if (!listed.ok) throw new Error(`kept.json: ${listed.status}`);
  const wanted = new Set(['/', '/mark.svg', ...(await listed.json())]);
  const app = await caches.open(APP);
  const there = new Set((await app.keys()).map((request) => new URL(request.url).pathname));
  await Promise.all([...wanted].filter((path) => path === '/' || !there.has(path)).map((path) => app.add(new Request(path, { cache: 'no-cache' }))));
  await Promise.all([...there].filter((path) => !wanted.has(path)).map((path) => app.delete(path)));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname === '/api/v1/session' && request.method === 'DELETE') {
    event.waitUntil(caches.delete(ANSWERS));
    return;
  }
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (KEPT.includes(url.pathname)) event.respondWith(answer(request));
  else if (!url.pathname.startsWith('/api/')) event.respondWith(asset(request));
});

async function page(event) {
  const app = await caches.open(APP);
  try {
    const response = await inTime(fetch(event.request));
    if (response.ok) event.waitUntil(keepApp().catch(() => undefined)); // the next visit tries again
    if (response.status < 500) return response;
  } catch {
    // no network: the kept page
  }
  return (await app.match('/')) ?? Response.error();
}

async function asset(request) {
  const kept = await (await caches.open(APP)).match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

async function answer(request) {
  const kept = await caches.open(ANSWERS);
  try {
    const response = await fetch(request);
    if (response.ok) await kept.put(request, response.clone());
    else if (response.status === 401) await caches.delete(ANSWERS);
    if (response.status < 500) return response;
    return (await kept.match(request)) ?? response;
  } catch (error) {
    const last = await kept.match(request);
    if (last) return last;
    throw error;
  }
}

function inTime(response) {
  return Promise.race([response, new Promise((_, fail) => setTimeout(() => fail(new Error('slow')), SLOW_MS))]);
}
