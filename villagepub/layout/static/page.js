"use strict";

// Every page works without this file: it only saves a click or a mistake.

document.querySelector(".error-summary")?.focus();

// A second click on a button of the same form within five seconds sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt || 0) < 5000) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = String(now);
});

// Whoever writes a long text is not idle: the session hears of it every five minutes.
if (document.querySelector('form[action="/sign-out"]')) {
  let heardAt = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - heardAt < 300000) return;
    heardAt = Date.now();
    fetch("/account/alive").catch(() => {});
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
