// data-refresh="address": the element's inside is fetched again every few seconds (data-every, 2 by default).
// When the work is over the part answers without [data-going-on] and the page is loaded anew, to show the result.
import { fresh } from "./once.js";

export function refreshParts(root) {
  fresh(root, "data-refresh").forEach((part) => {
    const seconds = Number(part.dataset.every ?? 2);
    const again = () => setTimeout(look, seconds * 1000);
    const look = async () => {
      if (document.hidden) return again();
      const answer = await fetch(part.dataset.refresh, { headers: { "X-Part": "1" } }).catch(() => null);
      if (!answer?.ok) return again();
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      const goesOn = drawn.querySelector("[data-going-on]");
      if (!goesOn) return location.reload();
      part.replaceChildren(...drawn.body.childNodes);
      return again();
    };
    again();
  });
}
