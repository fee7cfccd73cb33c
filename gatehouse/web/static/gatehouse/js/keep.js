// data-keep="name" on a form: what is typed stays in this tab until the portal has taken it, also when the connection
// breaks. Passwords, codes, files and hidden fields are never kept.
import { fresh } from "./once.js";

const SENT = "gatehouse:sent";
let isAsked = false;
const kept = (form) => [...form.elements].filter((field) => field.matches("textarea, input[type=text]:not(.code)"));

// Asked once a page: what was sent is forgotten on the next one, unless that page is the form again with something to put right.
function forgetSent(root) {
  const key = sessionStorage.getItem(SENT);
  if (!key) return;
  sessionStorage.removeItem(SENT);
  const isBack = [...root.querySelectorAll("[data-keep]")].some((form) => keyOf(form) === key);
  if (!isBack || root.querySelector("[data-toast]")) sessionStorage.removeItem(key);
}

const keyOf = (form) => `gatehouse:${location.pathname}:${form.dataset.keep}`;

export function keepText(root) {
  if (!isAsked) forgetSent(root);
  isAsked = true;
  fresh(root, "data-keep").forEach((form) => {
    const key = keyOf(form);
    const saved = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    kept(form).forEach((field) => { if (!field.value && saved[field.name]) field.value = saved[field.name]; });
    form.addEventListener("input", () => {
      const values = kept(form).map((field) => [field.name, field.value]);
      sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(values)));
    });
    form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  });
}
