// data-queue="address" on a status line: the queue is asked for every few seconds, with the tag of the last answer; its
// parts take the place of their twins on the page, and the focus stays where it is.
import { fresh } from "./once.js";

const EVERY = 3000;
const PARTS = ["sums", "waiting", "news"];

export function liveQueue(root) {
  fresh(root, "data-queue").forEach((line) => {
    let tag = "";
    const look = async () => {
      if (document.hidden) return setTimeout(look, EVERY);
      const headers = tag ? { "If-None-Match": tag, "X-Part": "1" } : { "X-Part": "1" };
      const answer = await fetch(line.dataset.queue, { headers, cache: "no-store" }).catch(() => null);
      if (answer?.status === 200 && !answer.redirected) {
        tag = answer.headers.get("ETag") ?? "";
        show(line, new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
      return setTimeout(look, EVERY);
    };
    setTimeout(look, EVERY);
  });
}

function show(line, drawn) {
  const focused = document.activeElement?.id;
  PARTS.forEach((id) => {
    const [old, now] = [document.getElementById(id), drawn.getElementById(id)];
    if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  });
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const told = drawn.getElementById("told")?.textContent.trim();
  if (told && told !== line.textContent.trim()) line.textContent = told;
}
