// data-menu: Escape closes it and returns the focus; so does a press elsewhere, or the focus leaving it.
import { fresh } from "./once.js";

export function closeMenus(root) {
  fresh(root, "data-menu").forEach((menu) => {
    const close = () => { menu.open = false; };
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close();
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
    });
    document.addEventListener("click", (event) => menu.contains(event.target) || close());
  });
}
