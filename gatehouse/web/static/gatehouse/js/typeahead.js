// data-typeahead="hint" on a select: one types instead of scrolling (a combobox with a listbox, ARIA 1.2). The select
// stays, out of sight, and is what the form sends; without a script it is what one sees.
import { fresh } from "./once.js";

const MOST = 40;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function typeAhead(root) {
  fresh(root, "data-typeahead").forEach(enhance);
}

function enhance(select) {
  const options = [...select.options].filter((option) => option.value);
  const [box, field, list] = [document.createElement("div"), fieldFor(select), listFor(select)];
  let active = -1;
  let shown = [];

  const chosen = () => select.selectedOptions[0];
  const say = () => { field.value = chosen()?.value ? chosen().text : ""; };
  const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); mark(-1); };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    const item = list.children[index];
    if (item) { field.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else field.removeAttribute("aria-activedescendant");
  };
  const pick = (option) => {
    select.value = option.value;
    say();
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const found = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    return options.filter((option) => words.every((word) => plain(option.text).includes(word))).slice(0, MOST);
  };
  const open = (those) => {
    shown = those;
    list.replaceChildren(...shown.map((option, place) => itemFor(option, `${list.id}-${place}`)));
    [...list.children].forEach((item, place) => item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      pick(shown[place]);
    }));
    list.hidden = shown.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const keys = {
    ArrowDown: () => (list.hidden ? open(options.slice(0, MOST)) : mark((active + 1) % list.children.length)),
    ArrowUp: () => !list.hidden && mark((active - 1 + list.children.length) % list.children.length),
    Enter: () => active >= 0 && pick(shown[active]),
    Escape: () => { say(); close(); },
  };

  field.addEventListener("input", () => open(found()));
  field.addEventListener("focus", () => field.select());
  field.addEventListener("click", () => list.hidden && open(options.slice(0, MOST)));
  field.addEventListener("keydown", (event) => {
    if (!keys[event.key] || (event.key === "Enter" && active < 0)) return;
    if (event.key !== "Escape" || !list.hidden) event.preventDefault();
    keys[event.key]();
  });
  field.addEventListener("blur", () => {
    if (field.value && !list.hidden && shown.length === 1) pick(shown[0]);
    else { say(); close(); }
  });

  list.setAttribute("aria-label", select.dataset.typeahead);
  box.className = "combo";
  select.before(box);
  box.append(field, list, select);
  Object.assign(select, { id: `${select.id}-sent`, hidden: true, required: false });
  say();
}

function fieldFor(select) {
  const field = document.createElement("input");
  Object.assign(field, { type: "search", className: select.className, id: select.id, required: select.required });
  Object.assign(field, { placeholder: select.dataset.typeahead, autocomplete: "off", spellcheck: false });
  const said = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${select.id}-list` };
  Object.entries(said).forEach(([name, value]) => field.setAttribute(name, value));
  ["aria-describedby", "aria-invalid"].forEach((name) => select.hasAttribute(name) && field.setAttribute(name, select.getAttribute(name)));
  return field;
}

function listFor(select) {
  const list = document.createElement("ul");
  Object.assign(list, { id: `${select.id}-list`, hidden: true });
  list.setAttribute("role", "listbox");
  return list;
}

function itemFor(option, id) {
  const item = document.createElement("li");
  Object.assign(item, { id, textContent: option.text });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}
