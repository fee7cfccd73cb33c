// data-print on a button: prints the page; without a script it is not there, and the browser's menu does it.
import { fresh } from "./once.js";

export function printPage(root) {
  fresh(root, "data-print").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
