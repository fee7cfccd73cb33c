// The screens in the room.
// data-countdown="seconds" data-to="address": when the time is over the screen goes there, and leaves no way back. A
// [data-more] adds seconds; with data-restarts every touch begins anew; with data-from it is seen for the last ones only.
// data-keypad="id": big keys write into that field. data-scancode="address": a reader's typing finds the field, and the
// camera reads codes. data-kiosk: a page that the browser kept is asked for again.
import { fresh } from "./once.js";
import { camera } from "./scan.js";

const SPOKEN = [20, 10]; // seconds left at which it is read out

export function countDown(root) {
  fresh(root, "data-countdown").forEach((part) => {
    const whole = Number(part.dataset.countdown);
    const from = Number(part.dataset.from ?? Infinity);
    const more = part.querySelector("[data-more]");
    const said = part.appendChild(Object.assign(document.createElement("p"), { className: "hush", role: "status" }));
    let until = Date.now() + whole * 1000;
    let spoken = 0;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) return location.replace(part.dataset.to);
      part.hidden = left > from;
      part.querySelector("[data-left]").textContent = left;
      const step = SPOKEN.findLast((seconds) => left <= seconds) ?? 0;
      if (!part.hidden && step !== spoken) said.textContent = step ? part.querySelector("p").textContent : "";
      spoken = part.hidden ? 0 : step;
      return left;
    };
    more?.addEventListener("click", (event) => {
      event.preventDefault();
      until += Number(more.dataset.more) * 1000;
      tick();
    });
    if ("restarts" in part.dataset) ["pointerdown", "keydown", "input"].forEach((name) => document.addEventListener(name, () => {
      until = Date.now() + whole * 1000;
      tick();
    }));
    tick();
    setInterval(tick, 500);
  });
}

export function showKeypads(root) {
  fresh(root, "data-keypad").forEach((pad) => {
    const field = document.getElementById(pad.dataset.keypad);
    pad.hidden = false;
    field.inputMode = "none"; // no second keyboard over ours
    pad.addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (key) field.value = key.value ? field.value + key.value : field.value.slice(0, -1);
    });
  });
  fresh(root, "data-letters").forEach((button) => {
    const field = document.getElementById(button.dataset.letters);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.inputMode = "text";
      field.focus();
    });
  });
}

export function takeCodes(root) {
  fresh(root, "data-scancode").forEach((place) => {
    const form = place.querySelector("form");
    const field = form.elements.code;
    document.addEventListener("keydown", (event) => {
      const isTyping = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isTyping && event.key !== " " && !document.activeElement.matches("input, textarea, select")) field.focus();
    });
    const ask = (code) => {
      field.value = code;
      form.requestSubmit();
    };
    if (navigator.mediaDevices?.getUserMedia) camera(place, place.dataset.scancode, form, ask);
  });
}

export function forgetKept(root) {
  fresh(root, "data-kiosk").forEach(() => {
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  });
}
