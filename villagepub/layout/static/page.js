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

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
