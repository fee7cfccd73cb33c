// data-canned="id" on a select: the chosen ready answer goes into that field, behind what stands there.
import { fresh } from "./once.js";

export function takeAnswers(root) {
  fresh(root, "data-canned").forEach((select) => {
    const field = document.getElementById(select.dataset.canned);
    const button = select.form.querySelector("button[name=take]");
    button.hidden = true;
    select.addEventListener("change", () => {
      const text = select.selectedOptions[0]?.dataset.text;
      if (!text) return;
      field.value = [field.value.trim(), text].filter(Boolean).join("\n\n");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      select.value = "";
      field.focus();
    });
  });
}
