// data-live="address" on a status line: where a ticket stands is asked every two seconds, with the tag of the last answer.
// A new place is written into #place and the tab's title; it is read out only when data-spoken says something new. When
// the state changes, the parts of the page that depend on it are fetched again; what somebody types in stays.
import { fresh } from "./once.js";

const EVERY = 2000;
const PARTS = ["standing", "waitbar", "notice", "question", "said"];

export function livePlace(root) {
  fresh(root, "data-live").forEach((line) => watch(line));
}

function watch(line) {
  let tag = "";
  const look = async () => {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(line.dataset.live, { headers, cache: "no-store" }).catch(() => null);
    if (answer?.status === 404) return location.reload();
    if (answer?.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      await show(line, new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-state]"));
    }
    return setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}

async function show(line, told) {
  const { state, title, spoken } = told.dataset;
  document.title = document.title.replace(line.dataset.title, title);
  line.dataset.title = title;
  if (state !== line.dataset.state) {
    const isTurn = /^(called|helped)/.test(state) && !/^(called|helped)/.test(line.dataset.state);
    line.dataset.state = state;
    await renew();
    if (isTurn) chime();
  }
  document.querySelector("#place")?.replaceChildren(...told.childNodes);
  if (line.textContent !== spoken) line.textContent = spoken;
}

// The focus stays where it is, on the part's new twin if the part held it.
async function renew() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), page.getElementById(id)];
    if (old && now) old.replaceWith(now);
    else old?.replaceChildren();
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

// Two soft tones, once; browsers allow them only to a page that somebody has touched.
function chime() {
  const Sound = window.AudioContext;
  if (!Sound || !navigator.userActivation?.hasBeenActive) return;
  const sound = new Sound();
  [[660, 0], [880, 0.22]].forEach(([pitch, after]) => {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    const at = sound.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  });
}
