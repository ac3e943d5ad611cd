// What shows work under way is fetched anew now and then while somebody looks at it, and the whole page when it has ended.
const WAITING = "[data-reload]";

async function renew() {
  const part = document.querySelector(WAITING);
  const isRead = String(document.getSelection()) !== "" || part.contains(document.activeElement);
  if (document.hidden || isRead) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(WAITING);
  if (fresh) part.replaceChildren(...document.adoptNode(fresh).childNodes);
  else location.reload();
}

const waiting = document.querySelector(WAITING);
if (waiting) {
  const again = () => setTimeout(() => renew().catch(() => {}).finally(again), Number(waiting.dataset.reload) * 1000);
  again();
}
