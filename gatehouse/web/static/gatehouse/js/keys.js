// data-key="n" on a button: that key presses it, while nobody types; [data-key-cap] shows it. data-keys is the switch that
// turns such keys off in this browser (WCAG 2.1.4).
import { fresh } from "./once.js";

const OFF = "gatehouse:keys-off";
const isTyping = (element) => element?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const isOn = () => localStorage.getItem(OFF) === null;
const caps = () => document.querySelectorAll("[data-key-cap]").forEach((cap) => { cap.hidden = !isOn(); });

let listens = false;

export function pressKeys(root) {
  fresh(root, "data-keys").forEach((label) => {
    const box = label.querySelector("input");
    label.hidden = false;
    box.checked = isOn();
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
      caps();
    });
  });
  caps();
  if (listens || !document.querySelector("[data-key]")) return;
  listens = true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !isOn() || isTyping(event.target)) return;
    if (!/^[a-z]$/i.test(event.key)) return;
    const button = document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
