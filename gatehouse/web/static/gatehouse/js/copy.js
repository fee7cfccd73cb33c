// data-copy="selector" on a button: takes that element's text along, and says so in the button.
import { fresh } from "./once.js";

export function copyText(root) {
  if (!navigator.clipboard) return;
  fresh(root, "data-copy").forEach((button) => {
    button.hidden = false;
    const word = button.querySelector("span");
    const usual = word.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
      word.textContent = button.dataset.done;
      setTimeout(() => { word.textContent = usual; }, 3000);
    });
  });
}
