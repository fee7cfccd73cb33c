// data-large="#dialog" on a link: opens that dialog in its place. Escape, the back button and its own button leave it.
// data-awake: the screen stays lit while this is seen.
import { fresh } from "./once.js";

let lock = null;

const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

async function light() {
  const isWanted = !document.hidden && [...document.querySelectorAll("[data-awake]")].some(seen);
  if (!isWanted) {
    await lock?.release();
    lock = null;
  } else if (!lock || lock.released) {
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  }
}

export function showLarge(root) {
  fresh(root, "data-large").forEach((link) => {
    const dialog = document.querySelector(link.dataset.large);
    link.addEventListener("click", (event) => {
      if (!dialog.showModal) return;
      event.preventDefault();
      dialog.showModal();
      history.pushState({ large: true }, "");
      light();
    });
    dialog.addEventListener("close", () => {
      if (history.state?.large) history.back();
      light();
    });
    window.addEventListener("popstate", () => {
      dialog.close();
      [0, 100, 400].forEach((wait) => setTimeout(() => link.focus(), wait)); // Chromium takes it away after a step back
    });
  });
  if (fresh(root, "data-awake").length) {
    document.addEventListener("visibilitychange", light);
    light();
  }
}

export function printPage(root) {
  fresh(root, "data-print").forEach((part) => {
    part.hidden = false;
    part.querySelector("button").addEventListener("click", () => window.print());
  });
}
