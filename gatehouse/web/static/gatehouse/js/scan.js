// data-scan="address for pictures" on the scan page: a code is answered in place, the field is empty and ready at once,
// and the camera reads codes: by the browser's own detector where it has one, else by sending small pictures.
import { fresh } from "./once.js";

const KINDS = ["qr_code", "pdf417", "aztec", "code_128"];
const PAUSE = 700; // milliseconds between two pictures sent
const SAME = 4000; // so long the same code before the camera is the same scan
const TONES = { valid: [880, 1320], early: [440, 330], expired: [440, 330], several: [520] };

export function scanCodes(root) {
  fresh(root, "data-scan").forEach((page) => {
    const form = page.querySelector("form");
    const field = form.elements.code;
    const sounds = page.querySelector("[data-sounds]");
    const ask = asker(page, form, () => sounds.querySelector("input").checked);
    sounds.hidden = false;
    remember(sounds.querySelector("input"), "checked");
    remember(page.querySelector("[data-place]"), "value");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = field.value.trim();
      field.value = "";
      field.focus();
      if (code) ask(code);
    });
    if (navigator.mediaDevices?.getUserMedia) camera(page, page.dataset.scan, form, ask);
  });
}

// Scans are answered one after another, in the order in which they came.
function asker(page, form, isLoud) {
  let before = Promise.resolve();
  const one = async (code) => {
    const body = new FormData(form);
    body.set("code", code);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" }, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return retry(form, code);
    const place = page.querySelector("[data-answer]");
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    const said = place.querySelector("[data-say]");
    page.querySelector("[data-said]").textContent = said?.dataset.say ?? "";
    if (said && isLoud()) sound(said.dataset.verdict);
    return place.firstElementChild?.scrollIntoView({ block: "nearest" });
  };
  return (code) => { before = before.then(() => one(code)); return before; };
}

// Signed out, or no connection: the browser sends the form itself and shows what comes.
function retry(form, code) {
  form.elements.code.value = code;
  form.submit();
}

function remember(field, what) {
  const key = `gatehouse:scan:${field.name || "sounds"}`;
  const kept = localStorage.getItem(key);
  if (kept !== null && !field.value.trim()) field.value = kept;
  if (kept !== null && what === "checked") field.checked = kept === "true";
  field.addEventListener("change", () => localStorage.setItem(key, String(field[what])));
}

let audio;
function sound(verdict) {
  navigator.vibrate?.(verdict === "valid" ? 80 : [180, 90, 180]);
  audio ??= new AudioContext();
  (TONES[verdict] ?? [220, 180]).forEach((pitch, index) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.12;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + index * 0.13);
    tone.stop(audio.currentTime + index * 0.13 + 0.11);
  });
}

// With buttons and a place of its own on the page: `ask` is given each code that is read. Also for js/kiosk.js.
export function camera(page, address, form, ask) {
  const lens = page.querySelector("[data-lens]");
  const [on, off] = [page.querySelector("[data-lens-on]"), page.querySelector("[data-lens-off]")];
  const note = page.querySelector("[data-lens-note]");
  const say = (key) => {
    note.hidden = !key;
    if (key) note.querySelector("span").textContent = note.querySelector("span").dataset[key];
  };
  const video = lens.querySelector("video");
  let stream = null;
  const show = () => { lens.hidden = off.hidden = !stream; on.hidden = Boolean(stream); };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    show();
  };
  const start = async () => {
    say("");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: page.dataset.facing ?? "environment" } });
    } catch (error) {
      return say(error.name === "NotFoundError" ? "none" : "denied");
    }
    video.srcObject = stream;
    await video.play();
    show();
    return look(video, () => stream, await reader(address, form, say), ask);
  };
  on.addEventListener("click", start);
  off.addEventListener("click", stop);
  window.addEventListener("pagehide", stop);
  show();
}

// Reads on while the camera is on; a card that stays before it is scanned once.
async function look(video, isOn, read, ask) {
  let last = "";
  let seen = 0;
  while (isOn()) {
    const code = document.hidden ? "" : await read(video).catch(() => "");
    const now = performance.now();
    if (code && (code !== last || now - seen > SAME)) await ask(code);
    if (code) [last, seen] = [code, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, read.pause));
  }
}

async function reader(address, form, say) {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  const formats = KINDS.filter((kind) => known.includes(kind));
  if (formats.length < KINDS.length) return Object.assign((video) => sent(video, address, form, say), { pause: PAUSE });
  const detector = new BarcodeDetector({ formats });
  return Object.assign(async (video) => (await detector.detect(video))[0]?.rawValue ?? "", { pause: 150 });
}

async function sent(video, address, form, say) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, 1280 / Math.max(video.videoWidth, video.videoHeight, 1));
  [canvas.width, canvas.height] = [video.videoWidth * scale, video.videoHeight * scale];
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("picture", picture, "frame.jpg");
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Part": "1" }, redirect: "manual" });
  say(answer.status === 429 ? "slow" : "");
  return answer.ok ? (await answer.json()).codes[0] ?? "" : "";
}
