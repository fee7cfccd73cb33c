// data-select-all="name" on a box in the head of a table: chooses every box of that name on the page.
// data-chosen="name" on an action bar: is there while something is chosen; [data-count] in it says how many.
import { fresh } from "./once.js";

const boxes = (name) => [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];

function tell(name) {
  const chosen = boxes(name).filter((box) => box.checked).length;
  document.querySelectorAll(`[data-chosen="${CSS.escape(name)}"]`).forEach((bar) => {
    bar.hidden = chosen === 0;
    bar.querySelectorAll("[data-count]").forEach((place) => { place.textContent = chosen.toLocaleString(document.documentElement.lang); });
  });
  document.querySelectorAll(`[data-select-all="${CSS.escape(name)}"]`).forEach((all) => {
    all.checked = chosen > 0 && chosen === boxes(name).length;
    all.indeterminate = chosen > 0 && !all.checked;
  });
}

export function selectAll(root) {
  fresh(root, "data-select-all").forEach((all) => {
    const name = all.dataset.selectAll;
    all.addEventListener("change", () => {
      boxes(name).forEach((box) => { box.checked = all.checked; });
      tell(name);
    });
    document.addEventListener("change", (event) => event.target.name === name && tell(name));
    tell(name);
  });
}
