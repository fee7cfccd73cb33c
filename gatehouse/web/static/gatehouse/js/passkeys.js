// data-passkey="get" or "create" on a form: its button opens the browser's own dialog, with what data-options answers, and
// the form is sent with what comes of it. data-conditional: a passkey may also be chosen in the address field.
// data-with="selector" is a box whose tick goes along. [data-none] in the form is what stands there without a script or without passkeys; [data-wrong] says that none came.
import { fresh } from "./once.js";

let waiting = null; // the quiet offer in the address field; a press of the button takes its place

export function usePasskeys(root) {
  if (!window.PublicKeyCredential) return;
  fresh(root, "data-passkey").forEach((form) => {
    form.querySelectorAll("[data-none]").forEach((text) => { text.hidden = true; });
    const button = form.querySelector("button");
    button.hidden = false;
    window.addEventListener("pageshow", () => { form.elements.credential.value = ""; }); // after a step back
    form.addEventListener("submit", (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      waiting?.abort();
      run(form, {}).catch(() => { form.querySelector("[data-wrong]").hidden = false; button.focus(); });
    });
    if ("conditional" in form.dataset) offer(form);
  });
}

async function offer(form) {
  if (!(await window.PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  await run(form, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
}

async function run(form, how) {
  form.querySelector("[data-wrong]").hidden = true;
  const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  if (!answer.ok) throw new Error(String(answer.status));
  const { publicKey } = await answer.json();
  const asked = { publicKey: read(publicKey), ...how };
  const isNew = form.dataset.passkey === "create";
  const credential = await (isNew ? navigator.credentials.create(asked) : navigator.credentials.get(asked));
  if (form.dataset.with) form.elements.trust.value = document.querySelector(form.dataset.with).checked ? "1" : "";
  form.elements.credential.value = JSON.stringify(write(credential));
  form.requestSubmit();
}

// Bytes travel as base64url (WebAuthn Level 3, 5.1.8 and 5.1.9).
function read(options) {
  const listed = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));
  const known = { allowCredentials: listed(options.allowCredentials), excludeCredentials: listed(options.excludeCredentials) };
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  const all = { ...options, ...known, user, challenge: bytes(options.challenge) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

function write({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = parts.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return { id, rawId: text(rawId), type, response: Object.fromEntries(sent), clientExtensionResults: {} };
}

const bytes = (coded) => Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
