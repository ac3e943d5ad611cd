"use strict";

// The page of a piece of long work asks every five seconds how far it is, until it has ended.

const PAUSE = 5000;

async function follow() {
  const shown = document.querySelector("[data-follow]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(shown.id);
    if (newer) shown.replaceWith(newer);
  } catch {
    // no connection: the next time will do
  }
  setTimeout(follow, PAUSE);
}

setTimeout(follow, PAUSE);
