"use strict";

// The desk works without this file. With it: files open without leaving what was typed, a text counts as read when
// its end has been seen, and keys lead to what is to be done. No key sends a decision.

const SWITCH = "villagepub-desk-keys";
const find = (selector) => document.querySelector(selector);

// Opening: the form is sent as it stands, and what it changed is taken from the page that answers. One after the
// other, so that what is shown last is what holds.

async function send(form, ids) {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.getElementById("files")) {
    location.reload();
    return;
  }
  for (const id of [...ids, "decide-state"]) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id)?.replaceWith(document.adoptNode(fresh));
  }
}

let turn = Promise.resolve();

function open(form) {
  const part = new FormData(form).get("part");
  const ids = part === "text" ? ["text-state"] : ["files"];
  turn = turn.then(() => send(form, ids));
  return turn.then(() => document.getElementById(part.replace("attachments/", "file-")));
}

document.addEventListener("submit", async (event) => {
  if (!event.target.querySelector("[data-open]")) return;
  event.preventDefault();
  const heading = await open(event.target);
  heading?.focus();
});

// Reading: the end of the text has been on the screen for a second.

const reads = find("[data-reads]");

if (reads && "IntersectionObserver" in window) {
  let timer = 0;
  const observer = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (!entries.some((entry) => entry.isIntersecting)) return;
    timer = setTimeout(() => {
      observer.disconnect();
      if (reads.isConnected) open(reads.form);
    }, 1000);
  });
  observer.observe(reads);
}

// Only the fields of the chosen outcome are shown.

function fit() {
  const chosen = find("input[name=outcome]:checked")?.value;
  for (const part of document.querySelectorAll("[data-for]")) {
    part.hidden = Boolean(chosen) && part.dataset.for !== chosen;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.name === "outcome") fit();
});
fit();

// Keys.

function step(by) {
  const titles = [...document.querySelectorAll("[data-queue] .queue-title a")];
  if (titles.length) {
    const place = titles.indexOf(document.activeElement) + by;
    titles[Math.min(Math.max(place, 0), titles.length - 1)].focus();
  } else {
    find(by > 0 ? "a[rel=next]" : "a[rel=prev]")?.click();
  }
}

function openNext() {
  const title = find("[data-queue] .queue-title a:focus") || find("[data-queue] .queue-title a");
  if (title) title.click();
  else find("[data-open]")?.form.requestSubmit();
}

function choose(outcome, field) {
  const radio = find(`input[name=outcome][value=${outcome}]`);
  if (!radio) return;
  radio.checked = true;
  fit();
  document.getElementById(field)?.focus();
}

const help = find("[data-keys]");

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: openNext,
  a: () => choose("approve", "field-checklist-1"),
  r: () => choose("return", "field-reason"),
  "?": () => {
    const details = help.querySelector("details");
    details.open = !details.open;
    if (details.open) details.querySelector("summary").focus();
  },
};

let areOn = localStorage.getItem(SWITCH) !== "off";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  const act = KEYS[event.key];
  if (!areOn || !act || typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  act();
});

if (help) {
  const button = help.querySelector("[data-keys-switch]");
  const tell = () => {
    button.textContent = areOn ? "关闭快捷键" : "启用快捷键";
  };
  button.addEventListener("click", () => {
    areOn = !areOn;
    localStorage.setItem(SWITCH, areOn ? "on" : "off");
    tell();
  });
  help.hidden = false;
  tell();
}
