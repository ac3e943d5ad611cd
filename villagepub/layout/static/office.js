// A page that shows work under way loads itself again, unless somebody is reading it with a selection or has left it.
const waiting = document.querySelector("[data-reload]");
if (waiting) {
  const seconds = Number(waiting.dataset.reload);
  setInterval(() => {
    if (!document.hidden && String(document.getSelection()) === "") location.reload();
  }, seconds * 1000);
}
