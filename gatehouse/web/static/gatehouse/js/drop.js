// data-drop on a file field below its .drop label: files may be dropped on the label, which says what was chosen.
import { fresh } from "./once.js";

export function dropFiles(root) {
  fresh(root, "data-drop").forEach((field) => {
    const label = field.closest(".field")?.querySelector(".drop");
    const words = label?.querySelector("[data-chosen-files]");
    if (!words) return;
    const usual = words.textContent;
    const say = () => { words.textContent = [...field.files].map((file) => file.name).join(", ") || usual; };
    field.addEventListener("change", say);
    label.addEventListener("dragover", (event) => event.preventDefault());
    label.addEventListener("drop", (event) => {
      event.preventDefault();
      field.files = event.dataTransfer.files;
      say();
    });
  });
}
