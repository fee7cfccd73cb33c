// data-preview="address" on a form: what is typed is shown as one types. The address answers with elements that take
// the places of those with their ids. [data-show-at-once] is a file that shows the whole page anew, once it is chosen.
import { fresh } from "./once.js";

const PAUSE = 300; // milliseconds without typing

async function show(form, stop) {
  const typed = new FormData(form);
  [...typed.keys()].filter((name) => typed.get(name) instanceof File).forEach((name) => typed.delete(name));
  const answer = await fetch(form.dataset.preview, { method: "POST", body: typed, signal: stop }).catch(() => null);
  if (!answer?.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (stop.aborted) return;
  [...drawn.body.children].forEach((part) => document.getElementById(part.id)?.replaceWith(part));
}

export function previewForms(root) {
  fresh(root, "data-preview").forEach((form) => {
    let waiting, running;
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(waiting);
      running?.abort();
      running = new AbortController();
      waiting = setTimeout(show, PAUSE, form, running.signal);
    });
    form.querySelectorAll("[data-show-at-once]").forEach((file) => {
      file.addEventListener("change", () => form.requestSubmit(form.querySelector("[name=do][value=show]")));
    });
  });
}
