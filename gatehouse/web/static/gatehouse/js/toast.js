// data-toast: leaves after ten seconds; waits while the pointer or the focus is on it, or the page is not seen.
import { fresh } from "./once.js";

const SECONDS = 10;

export function runToasts(root) {
  fresh(root, "data-toast").forEach((toast) => {
    let left = SECONDS;
    const close = toast.querySelector("[data-close]");
    const leave = () => { clearInterval(clock); toast.remove(); };
    const clock = setInterval(() => {
      const paused = document.hidden || toast.matches(":hover") || toast.contains(document.activeElement);
      left -= paused ? 0 : 1;
      if (left <= 0) leave();
    }, 1000);
    close.hidden = false;
    close.addEventListener("click", leave);
    toast.addEventListener("keydown", (event) => event.key === "Escape" && leave());
  });
}
