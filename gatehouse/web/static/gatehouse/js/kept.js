// data-kept-pages="addresses": these pages are kept for the time without a connection, with all that draws them.
// They belong to whoever is signed in: on the first page that says it is somebody else's, they are forgotten.
import { fresh } from "./once.js";

const CARDS = "gatehouse-card-";
const DRAWN_WITH = /^\/(static\/|card\/(colours|images)\/|mark|door-)/;

const visitor = () => document.documentElement.dataset.visitor;

async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith(CARDS) && name !== CARDS + visitor());
  await Promise.all(names.map((name) => caches.delete(name)));
}

function drawnWith() {
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  return loaded.filter((address) => address.origin === location.origin && DRAWN_WITH.test(address.pathname)).map((address) => address.href);
}

// The cache is made anew, so that it holds no card that is gone; a page that leads elsewhere now is not kept.
async function keep(pages) {
  const answers = await Promise.all(pages.map((page) => fetch(page).catch(() => null)));
  if (answers.some((answer) => !answer)) return;
  await caches.delete(CARDS + visitor());
  const cache = await caches.open(CARDS + visitor());
  await Promise.all(pages.map((page, n) => answers[n].ok && !answers[n].redirected && cache.put(page, answers[n])));
  await Promise.allSettled([...new Set(drawnWith())].map((address) => cache.add(address)));
  document.documentElement.dataset.kept = "true";
}

export function keepPages(root) {
  if (!window.isSecureContext || !("caches" in window) || visitor() === undefined) return;
  if (root === document && !("offline" in document.documentElement.dataset)) forgetOthers();
  fresh(root, "data-kept-pages").forEach((part) => {
    if (!visitor() || "offline" in document.documentElement.dataset) return;
    const later = () => setTimeout(() => keep(part.dataset.keptPages.split(" ")), 500);
    if (document.readyState === "complete") later();
    else window.addEventListener("load", later, { once: true });
  });
}
