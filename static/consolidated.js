// The drafting page saves each line as it is typed and shows where a line comes from without leaving the page.
// Without this script the page is a plain form that saves by its buttons.
import { Closed, Offline, SignedOut, SomebodyElse, senderTo } from "./report-sender.js";

const PAUSE = 900;
const LONGEST_WAIT = 60000;

const page = document.getElementById("bao-cao-tong-hop");
const form = document.getElementById("tong-hop");
const send = senderTo(page.dataset.save, page.dataset.user, form.elements.csrfmiddlewaretoken.value);
const saved = page.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const dirty = new Map(); // what was typed and not answered for yet: the field and the text last sent
let sending = Promise.resolve();
let timer = 0;
let wait = 0;
let isClosed = false;
let isLeaving = false;

const lineOf = (field) => field.closest("[data-line]");
const versionOf = (line) => line.querySelector('input[type="hidden"]');
const textOf = (line) => line.querySelector("textarea");

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

// --- Saving ---

function plan(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

function save(options) {
  sending = sending.then(() => sendNow(options)).catch((error) => console.error(error));
  return sending;
}

function pairsOf(fields) {
  return fields.flatMap((field) => {
    const line = lineOf(field);
    const pairs = [[field.name, field.value]];
    return line ? [...pairs, [versionOf(line).name, versionOf(line).value]] : pairs;
  });
}

async function sendNow({ keepalive = false } = {}) {
  clearTimeout(timer);
  if (isClosed || !dirty.size) return;
  const fields = [...dirty.keys()];
  const sent = new Map(fields.map((field) => [field, field.value]));
  if (trouble.hidden) saved.textContent = "đang lưu…";
  try {
    const answer = await send(pairsOf(fields), { keepalive });
    trouble.hidden = true;
    wait = 0;
    take(answer, sent);
  } catch (error) {
    explain(error);
  }
}

function take(answer, sent) {
  for (const told of answer.lines) {
    const line = document.getElementById(`dong-${told.pk}`);
    if (!line) continue;
    versionOf(line).value = told.version;
    const edited = line.querySelector("[data-edited]");
    if (edited) edited.hidden = false;
  }
  const asked = new Set(answer.conflicts.map((conflict) => `dong-${conflict.pk}`));
  for (const conflict of answer.conflicts) showConflict(conflict);
  for (const [field, text] of sent) if (!asked.has(field.name) && field.value === text) dirty.delete(field);
  for (const field of [...dirty.keys()]) if (asked.has(field.name)) dirty.delete(field);
  saved.textContent = answer.conflicts.length ? "có dòng chưa lưu" : `đã lưu lúc ${answer.saved_at}`;
  if (dirty.size) plan(PAUSE);
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn portal-touch me-2";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

// Both texts are shown; nothing is written until one is chosen.
function showConflict({ pk, version, theirs, by, at }) {
  const line = document.getElementById(`dong-${pk}`);
  line.querySelector(".clash")?.remove();
  const box = document.createElement("div");
  box.className = "clash";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.className = "mb-1";
  words.textContent = `${by} vừa sửa dòng này${at ? ` lúc ${at}` : ""}. Chữ của bạn chưa lưu. Nội dung của ${by}:`;
  const text = document.createElement("p");
  text.className = "portal-words";
  text.textContent = theirs;
  const choose = (own) => () => {
    versionOf(line).value = version;
    if (!own) textOf(line).value = theirs;
    grow(textOf(line));
    box.remove();
    touch(textOf(line), 0);
  };
  box.append(words, text, button(`Lấy nội dung của ${by}`, choose(false)), button("Giữ chữ của tôi", choose(true)));
  line.querySelector(".aggregate-text").after(box);
}

function tell(text, link) {
  trouble.replaceChildren(text, ...(link ? [" ", link] : []));
  trouble.hidden = false;
}

function explain(error) {
  saved.textContent = "chưa lưu";
  if (error instanceof Offline) {
    wait = Math.min(LONGEST_WAIT, wait * 2 || 2000);
    tell("Mất kết nối, chữ vừa gõ chưa lưu. Đừng đóng trang này: trang sẽ tự lưu khi có mạng lại.");
    plan(wait);
  } else if (error instanceof SignedOut) {
    const link = document.createElement("a");
    link.href = "/dang-nhap/";
    link.target = "_blank";
    link.textContent = "Đăng nhập ở cửa sổ khác";
    tell("Phiên đăng nhập đã hết, chữ vừa gõ chưa lưu. Hãy đăng nhập lại rồi quay lại trang này.", link);
  } else if (error instanceof SomebodyElse) {
    tell("Máy này vừa đăng nhập bằng tài khoản khác, nên chưa lưu. Hãy đăng nhập lại bằng tài khoản của bạn.");
  } else if (error instanceof Closed) {
    isClosed = true;
    tell(`${error.message} Hãy chép lại chữ chưa lưu rồi tải lại trang.`);
  } else {
    throw error;
  }
}

// --- Typing ---

function touch(field, pause = PAUSE) {
  dirty.set(field, true);
  if (!isClosed) plan(pause);
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea")) return;
  grow(event.target);
  touch(event.target);
});
window.addEventListener("focus", () => !trouble.hidden && !isClosed && save());
window.addEventListener("online", () => save());
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save({ keepalive: true }));
window.addEventListener("beforeunload", (event) => dirty.size && !isLeaving && event.preventDefault());

// --- Buttons ---

// A button sends what is not saved yet along, and nothing else of the many lines.
form.addEventListener("submit", async (event) => {
  if (isLeaving || isClosed || !dirty.size) {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  await save();
  isLeaving = !dirty.size || isClosed || !trouble.hidden;
  if (isLeaving) form.requestSubmit(event.submitter);
});
form.addEventListener("formdata", (event) => {
  for (const line of form.querySelectorAll("[data-line]")) {
    if (dirty.has(textOf(line))) continue;
    event.formData.delete(textOf(line).name);
    event.formData.delete(versionOf(line).name);
  }
});

// --- Where a line comes from ---

form.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-sources]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const place = lineOf(link).querySelector("[data-source-list]");
  const isShown = link.getAttribute("aria-expanded") === "true";
  link.setAttribute("aria-expanded", String(!isShown));
  if (isShown) {
    place.replaceChildren();
    return;
  }
  place.textContent = "đang tải…";
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    place.innerHTML = await answer.text(); // the portal's own page, escaped there
  } catch {
    location.href = link.href;
  }
});

for (const field of form.querySelectorAll("textarea")) grow(field);
window.addEventListener("resize", () => form.querySelectorAll("textarea").forEach(grow));
