// data-looks: a choice of theme or language takes effect at once.
import { fresh } from "./once.js";

export function chooseLooks(root) {
  fresh(root, "data-looks").forEach((form) => {
    form.addEventListener("change", (event) => {
      if (event.target.name === "language") return form.submit();
      const theme = event.target.value;
      if (theme) document.documentElement.dataset.bsTheme = theme;
      else delete document.documentElement.dataset.bsTheme;
      return fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    });
  });
}
