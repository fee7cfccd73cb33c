// data-confirm on a form: its button waits until the number beside data-number is typed. The server checks it again.
import { fresh } from "./once.js";

export function confirmByNumber(root) {
  fresh(root, "data-confirm").forEach((form) => {
    const field = form.querySelector("[data-number]");
    if (!field) return;
    const button = form.querySelector("button.main");
    const check = () => { button.disabled = field.value.replace(/\D/g, "") !== field.dataset.number; };
    field.addEventListener("input", check);
    check();
  });
}
