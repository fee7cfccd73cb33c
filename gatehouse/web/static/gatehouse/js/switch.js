// data-switch on a form: its switch sends it at once.
import { fresh } from "./once.js";

export function sendSwitches(root) {
  fresh(root, "data-switch").forEach((form) => form.addEventListener("change", () => form.requestSubmit()));
}
