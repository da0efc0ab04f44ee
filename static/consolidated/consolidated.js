// The drafting page saves each line as it is typed and shows where a line comes from without leaving the page. What is
// typed is kept on this machine until the server has it. Without this script the page is a plain form with buttons.
import { draftsOf } from "../web/drafts.js";
import { Closed, Offline, SignedOut, SomebodyElse, senderTo } from "../web/sender.js";

const PAUSE = 900;
const LONGEST_WAIT = 60000;
const GONE =
  "Có người vừa bỏ hoặc soạn lại dòng này nên dòng không còn trong dự thảo. Chữ của bạn chưa lưu, hãy tải lại trang để chép vào dòng khác.";

const page = document.getElementById("bao-cao-tong-hop");
const form = document.getElementById("tong-hop");
const send = senderTo(page.dataset.save, page.dataset.user, form.elements.csrfmiddlewaretoken.value);
const saved = page.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const left = page.querySelector("[data-left]");
const drafts = draftsOf(page.dataset.user, left.dataset.report);
const dirty = new Set(); // fields with something the server has not answered for
const unconfirmed = new Map(); // the text last sent of a field and never answered: it may have arrived all the same
let sending = Promise.resolve();
let timer = 0;
let wait = 0;
let isClosed = false;
let isLeaving = false;
let isKeptHere = true;

const lineOf = (field) => field.closest("[data-line]");
const versionOf = (line) => line.querySelector('input[type="hidden"]');
const textOf = (line) => line.querySelector("textarea");

// All are measured before any is changed: one after the other, a thousand lines are laid out a thousand times.
function grow(...fields) {
  for (const field of fields) field.style.height = "auto";
  const heights = fields.map((field) => field.scrollHeight + 2);
  fields.forEach((field, place) => (field.style.height = `${heights[place]}px`));
}

// --- Kept on this machine ---

function keepHere(field) {
  const version = lineOf(field) ? versionOf(lineOf(field)).value : "";
  isKeptHere = drafts.keep(field.name, { version, values: { [field.name]: field.value }, sent: unconfirmed.get(field) });
}

function settle(field) {
  clashOf(field)?.remove();
  dirty.delete(field);
  unconfirmed.delete(field);
  drafts.forget(field.name);
}

// What an earlier visit could not save is typed again, against the version it was typed on.
function restore() {
  const lost = [];
  for (const [name, draft] of drafts.all()) {
    const field = form.elements[name];
    const text = draft.values[name];
    if (!field) {
      lost.push([name, text]);
    } else if (field.value === text) {
      drafts.forget(name);
    } else {
      if (lineOf(field)) versionOf(lineOf(field)).value = draft.version;
      if (draft.sent !== undefined) unconfirmed.set(field, draft.sent);
      field.value = text;
      dirty.add(field);
    }
  }
  if (lost.length) showLost(lost);
  if (dirty.size) save();
}

// The line is not in the draft any more: drafted anew or thrown away meanwhile.
function showLost(lost) {
  const heading = document.createElement("p");
  heading.textContent = "Trên máy này còn chữ bạn đã gõ vào dòng nay không còn trong dự thảo. Nếu cần, hãy chép lại trước khi xóa.";
  const list = document.createElement("ul");
  for (const [, text] of lost) {
    const item = document.createElement("li");
    item.className = "portal-words";
    item.textContent = text;
    list.append(item);
  }
  const forget = button("Xóa khỏi máy này", () => {
    lost.forEach(([name]) => drafts.forget(name));
    left.hidden = true;
  });
  left.className = "alert alert-warning";
  left.append(heading, list, forget);
  left.hidden = false;
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
    const before = unconfirmed.has(field) ? [[`da-gui-${line?.dataset.line}`, unconfirmed.get(field)]] : [];
    return line ? [...pairs, ...before, [versionOf(line).name, versionOf(line).value]] : pairs;
  });
}

async function sendNow({ keepalive = false } = {}) {
  clearTimeout(timer);
  if (isClosed || !dirty.size) return;
  const fields = [...dirty];
  const sent = new Map(fields.map((field) => [field, field.value]));
  const pairs = pairsOf(fields);
  for (const field of fields) {
    unconfirmed.set(field, field.value);
    keepHere(field);
  }
  if (trouble.hidden) saved.textContent = "đang lưu…";
  try {
    const answer = await send(pairs, { keepalive });
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
  const refused = new Map(answer.refused.map((one) => [one.name, one.why]));
  for (const pk of answer.gone) refused.set(`dong-${pk}`, GONE);
  const asked = new Set([...refused.keys(), ...answer.conflicts.map((conflict) => `dong-${conflict.pk}`)]);
  for (const conflict of answer.conflicts) showConflict(conflict);
  for (const [field, text] of sent) {
    unconfirmed.delete(field);
    if (refused.has(field.name)) showRefused(field, refused.get(field.name));
    if (asked.has(field.name)) dirty.delete(field); // kept here until somebody decides
    else if (field.value === text) settle(field);
    else keepHere(field);
  }
  saved.textContent = asked.size ? "có chữ chưa lưu" : `đã lưu lúc ${answer.saved_at}`;
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
  const box = boxAbove(textOf(line));
  const words = document.createElement("p");
  words.className = "mb-1";
  words.textContent = `${by} vừa sửa dòng này${at ? ` lúc ${at}` : ""}. Chữ của bạn chưa lưu. Nội dung đã lưu:`;
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
}

// Nothing was written: the words stay in the field and on this machine.
function showRefused(field, why) {
  boxAbove(field).textContent = why;
}

const placeOf = (field) => field.closest(".consolidated-text") ?? field;

function clashOf(field) {
  const { previousElementSibling: above, nextElementSibling: below } = placeOf(field); // below: as the page came
  return [above, below].find((one) => one?.classList.contains("clash"));
}

// Above the words: they may go on for pages.
function boxAbove(field) {
  clashOf(field)?.remove();
  const box = document.createElement("div");
  box.className = "clash";
  box.setAttribute("role", "alert");
  placeOf(field).before(box);
  return box;
}

function tell(text, link) {
  trouble.replaceChildren(text, ...(link ? [" ", link] : []));
  trouble.hidden = false;
}

function explain(error) {
  const where = isKeptHere ? "chữ đang giữ trên máy này" : "đừng đóng trang này, chữ chỉ còn ở đây";
  saved.textContent = "chưa lưu";
  if (error instanceof Offline) {
    wait = Math.min(LONGEST_WAIT, wait * 2 || 2000);
    tell(`${error.message} – ${where}. Trang sẽ tự lưu ${error.until}.`);
    plan(wait);
  } else if (error instanceof SignedOut) {
    const link = document.createElement("a");
    link.href = page.dataset.signIn;
    link.target = "_blank";
    link.textContent = "Đăng nhập ở cửa sổ khác";
    tell(`Phiên đăng nhập đã hết – ${where}. Hãy đăng nhập lại rồi quay lại trang này.`, link);
  } else if (error instanceof SomebodyElse) {
    tell(`Máy này vừa đăng nhập bằng tài khoản khác, nên chưa lưu – ${where}. Hãy đăng nhập lại bằng tài khoản của bạn.`);
  } else if (error instanceof Closed) {
    isClosed = true;
    tell(`${error.message} Chữ chưa lưu: ${where}.`);
  } else {
    throw error;
  }
}

// --- Typing ---

function touch(field, pause = PAUSE) {
  dirty.add(field);
  keepHere(field);
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
window.addEventListener("beforeunload", (event) => dirty.size && !isKeptHere && !isLeaving && event.preventDefault());
// Whoever signs out takes what is kept here away; nothing is put there again while the page is being left.
document.addEventListener("signing-out", () => {
  isClosed = true;
  dirty.clear();
});

// --- Buttons ---

// A button sends what is not saved yet along, and nothing else of the many lines.
form.addEventListener("submit", async (event) => {
  if (isLeaving) {
    event.preventDefault(); // a second press of what is under way
  } else if (isClosed || !dirty.size) {
    isLeaving = true;
  } else {
    event.preventDefault();
    await save();
    // What could not be saved stays in front of the person, with the reason above it.
    if (isClosed || !dirty.size) form.requestSubmit(event.submitter);
  }
});
window.addEventListener("pageshow", () => (isLeaving = false));
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

restore();
let width = innerWidth;
grow(...form.querySelectorAll("textarea"));
window.addEventListener("resize", () => {
  if (innerWidth === width) return; // a keyboard that opens changes the height only
  width = innerWidth;
  grow(...form.querySelectorAll("textarea"));
});
// Where a button was pressed has moved while the fields grew.
document.getElementById(location.hash.slice(1))?.scrollIntoView();
