// data-clock="moment": the time since then, counted on each second.
import { fresh } from "./once.js";

export function runClocks(root) {
  fresh(root, "data-clock").forEach((place) => {
    const since = Date.parse(place.dataset.clock);
    setInterval(() => {
      const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
      const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      const pad = (number) => String(number).padStart(2, "0");
      place.textContent = hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
    }, 1000);
  });
}
