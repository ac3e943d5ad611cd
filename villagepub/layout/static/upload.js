"use strict";

// Every page works without this file. With it, what is written is checked while one pauses, marks are put in by
// buttons, and several files go up one after the other.

const PAUSE = 1200; // milliseconds without a key before the text is looked at

// The same form as its own button sends, save the key by which it is sent only once: looking does nothing.
function contentOf(form) {
  const content = new FormData(form);
  content.delete("once");
  content.delete("file");
  return content;
}

function part(html, selector) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(selector);
}

function renew(html, ...selectors) {
  for (const selector of selectors) {
    document.querySelector(selector).replaceWith(document.adoptNode(part(html, selector)));
  }
}

const lookButton = document.querySelector("button[data-look]");
if (lookButton) {
  const form = lookButton.form;
  const body = form.elements.body;
  let timer;
  let asked;

  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    const state = document.getElementById("look-state");
    try {
      const answer = await fetch(lookButton.formAction, {
        method: "POST",
        body: new URLSearchParams(contentOf(form)),
        headers: { Accept: "text/html" },
        signal: asked.signal,
      });
      const html = await answer.text();
      if (part(html, "#look")) {
        const scrolled = document.querySelector("#look .reading")?.scrollTop;
        renew(html, "#look");
        const fault = part(html, ".error-summary li, .error-summary p");
        if (fault) document.getElementById("look-state").textContent = fault.textContent.trim();
        const reading = document.querySelector("#look .reading");
        if (reading && scrolled) reading.scrollTop = scrolled;
      } else {
        // A mark of state secrecy, or signed out: nothing more is sent by itself.
        form.removeEventListener("input", later);
        const said = answer.redirected
          ? "您已退出登录，没有检查成。请在另一个窗口登录，再回到这里保存。"
          : part(html, "main")?.textContent.replace(/\s+/g, " ").trim();
        state.textContent = said || "没有检查成，请保存后再看。";
      }
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = "网络不通，没有检查成；写的内容还在，请稍后再试。";
    }
  };
  const later = (event) => {
    if (!["title", "body"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };
  form.addEventListener("input", later);
  // What was written before this file had come, or is back after a look elsewhere, nobody has heard of.
  const { title } = form.elements;
  if (title.value !== title.defaultValue || body.value !== body.defaultValue) timer = setTimeout(look, PAUSE);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked?.abort();
  });
  lookButton.addEventListener("click", (event) => {
    event.preventDefault();
    look();
  });

  if (form.elements.written_as.value === "notation") addToolbar(body);
}

function addToolbar(body) {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "正文的写法");
  const insert = (text, from, to) => {
    body.focus();
    body.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) body.setRangeText(text, from, to, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const lines = (mark) => () => {
    const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
    const end = body.value.indexOf("\n", body.selectionEnd);
    const to = end < 0 ? body.value.length : end;
    const marked = body.value.slice(from, to).split("\n").map((line, index) => mark(index) + line);
    insert(marked.join("\n"), from, to);
  };
  const bold = () => {
    const { selectionStart: from, selectionEnd: to } = body;
    insert(`**${body.value.slice(from, to) || "加粗的字"}**`, from, to);
  };
  const table = () => {
    const at = body.selectionEnd;
    const begins = at > 0 && body.value[at - 1] !== "\n" ? "\n" : "";
    insert(`${begins}| 项目 | 金额（元） |\n|  |  |\n`, at, at);
  };
  const tools = [
    ["标题", lines(() => "# ")],
    ["列表", lines(() => "- ")],
    ["编号", lines((index) => `${index + 1}. `)],
    ["加粗", bold],
    ["表格", table],
  ];
  for (const [name, act] of tools) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = name;
    button.addEventListener("click", act);
    bar.append(button);
  }
  body.before(bar);
}

const file = document.querySelector('main input[type="file"]');
if (file) {
  file.multiple = true;
  const form = file.form;
  const list = document.createElement("ul");
  list.className = "uploading";
  document.getElementById("upload-state").append(list);

  const send = (chosen) =>
    new Promise((resolve) => {
      const line = document.createElement("li");
      const words = document.createElement("span");
      const progress = document.createElement("progress");
      words.textContent = `${chosen.name}：正在上传`;
      progress.max = 1;
      progress.setAttribute("aria-label", `${chosen.name}上传进度`);
      line.append(words, progress);
      list.append(line);
      const content = contentOf(form);
      content.append("file", chosen);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "text/html");
      request.upload.addEventListener("progress", (event) => {
        progress.value = event.loaded / event.total;
        if (event.loaded === event.total) words.textContent = `${chosen.name}：正在检查`;
      });
      request.addEventListener("loadend", () => {
        progress.remove();
        const done = request.status === 200;
        const fault = part(request.responseText, ".error-summary li, .error-summary p, main p")?.textContent.trim();
        words.textContent = `${chosen.name}：${done ? "已上传" : fault || "网络不通，没有传成"}`;
        words.className = done ? "" : "failed";
        if (done) renew(request.responseText, "#files-list", "nav.tabs");
        resolve();
      });
      request.send(content);
    });

  form.addEventListener("submit", async (event) => {
    if (!file.files.length) return;
    event.preventDefault();
    const button = form.querySelector('button[type="submit"]');
    button.disabled = true;
    for (const chosen of file.files) await send(chosen);
    button.disabled = false;
    file.value = "";
  });
}
