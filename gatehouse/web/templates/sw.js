// Keeps one page for the time without a connection, what draws it, and cards that were opened: js/kept.js puts those
// into a cache of their own, named after their holder. Everything else goes to the portal.
const NAME = "gatehouse-offline";
const CARDS = "gatehouse-card-";
const CARD = "{% url 'passes:card' %}";
const KEPT = ["{% url 'web:offline' %}"{% for address in kept %}, "{{ address|escapejs }}"{% endfor %}];
const PATIENCE = 5000; // milliseconds; a kept card is shown when the network has not answered by then

self.addEventListener("install", (event) => {
  event.waitUntil(caches.delete(NAME).then(() => caches.open(NAME)).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate" && pathname.startsWith("/sign-")) event.waitUntil(forgetCards());
  if (request.method !== "GET" || pathname.endsWith(".pkpass") || pathname.endsWith(".pkpasses")) return;
  if (request.mode === "navigate") {
    event.respondWith(isCard(pathname) ? cardPage(request, pathname) : fetch(request).catch(() => caches.match("{% url 'web:offline' %}")));
  } else if (KEPT.includes(pathname) || isOfPage(pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

const isCard = (path) => path === CARD || /^[A-Z2-7]{20}$/.test(path.slice(CARD.length + 1));
const isOfPage = (path) => ["{{ static_url|escapejs }}", `${CARD}/colours/`, `${CARD}/images/`, "/mark", "/door-"].some((start) => path.startsWith(start));

// From the network; where it fails or takes long, as it was kept, and the page says of when it is.
async function cardPage(request, path) {
  const kept = await caches.match(path);
  const asked = fetch(request);
  if (!kept) return asked.catch(() => caches.match("{% url 'web:offline' %}"));
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const answer = await Promise.race([asked.catch(() => null), late]);
  return answer && answer.status < 500 ? answer : asOfThen(kept);
}

async function asOfThen(kept) {
  const page = await kept.text();
  return new Response(page.replace("<html", "<html data-offline"), { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": kept.headers.get("Content-Security-Policy") ?? "default-src 'self'" } });
}

async function forgetCards() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(CARDS)).map((name) => caches.delete(name)));
}
