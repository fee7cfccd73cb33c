// data-board="address": the wall board is asked for every three seconds, with the tag of the last answer. While no answer
// comes, [data-lost] says so; what hangs there stays.
import { fresh } from "./once.js";

const EVERY = 3000;
const PATIENCE = 3; // answers missed before it is said

export function liveBoard(root) {
  fresh(root, "data-board").forEach((board) => {
    const lost = document.querySelector("[data-lost]");
    let tag = "";
    let missed = 0;
    const look = async () => {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(board.dataset.board, { headers, cache: "no-store" }).catch(() => null);
      if (answer?.status === 404) return location.reload();
      missed = answer?.status === 200 || answer?.status === 304 ? 0 : missed + 1;
      lost.hidden = missed < PATIENCE;
      if (answer?.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        show(board, new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
      return setTimeout(look, EVERY);
    };
    setTimeout(look, EVERY);
  });
}

// Part by part, so that only what changed is read out.
function show(board, drawn) {
  [...drawn.body.children].forEach((now, index) => {
    const old = board.children[index];
    if (old.outerHTML === now.outerHTML) return;
    old.className = now.className;
    if (old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
  });
}
