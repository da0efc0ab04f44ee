// The filing page saves as one types. Every stroke is kept on this machine first and sent a moment later; what the
// server has is taken off this machine again. Without this script the page is a plain form that saves by its buttons.
import { draftsOf } from "../web/drafts.js";
import { fill, firstUnsettled, followState, grow, isUnsettled, markInvalid, pairsOf, show, showClashes, showMistakes, showNeeds, showQuestions, showStatus, valuesOf, versionField } from "./entry.js";
import { Closed, Offline, SignedOut, SomebodyElse, senderTo } from "../web/sender.js";

const PAUSE = 800;
const LONGEST_WAIT = 60000;

const page = document.getElementById("nop-bao-cao");
const form = document.getElementById("bao-cao");
const drafts = draftsOf(page.dataset.user, page.dataset.report);
const send = senderTo(page.dataset.save, page.dataset.user, form.elements.csrfmiddlewaretoken.value);
const sections = new Map([...form.querySelectorAll("[data-entry]")].map((section) => [section.dataset.entry, section]));
const saved = page.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const submitButton = form.querySelector("[data-submit]");

const dirty = new Set(); // entries with something the server has not answered for
const strokes = new Map(); // how often each entry was changed, to see whether it was again while sending
const unconfirmed = new Map(); // what was sent of an entry and never answered: it may have arrived all the same
const toKeep = new Set(); // presses of "Giữ như kỳ trước" on their way
let sending = Promise.resolve();
let timer = 0;
let wait = 0;
let isClosed = false;
let isKeptHere = true;
let isFiling = false;

function note(text) {
  if (saved.textContent.trim() !== text) saved.textContent = text;
}

// --- Typing ---

function keepHere(id) {
  const section = sections.get(id);
  const version = section.dataset.base || versionField(section).value;
  isKeptHere = drafts.keep(id, { version, values: valuesOf(section), sent: unconfirmed.get(id) || [] });
}

function touch(section, pause = PAUSE) {
  const id = section.dataset.entry;
  section.querySelector(`input[name="mh-${id}-touched"]`).value = "1";
  strokes.set(id, (strokes.get(id) || 0) + 1);
  dirty.add(id);
  keepHere(id);
  if (!isClosed) plan(pause);
}

function plan(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

form.addEventListener("input", (event) => {
  const section = event.target.closest("[data-entry]");
  if (!section || event.target.type === "file") return;
  grow(section);
  if (event.target.name.endsWith("-work_state")) followState(section, event.target.value);
  showNeeds(section);
  touch(section, event.target.type === "radio" ? 0 : PAUSE);
});
// Choosing what is chosen already says "yes, still so".
form.addEventListener("click", (event) => {
  const section = event.target.closest("[data-entry]");
  if (section && event.target.type === "radio" && !dirty.has(section.dataset.entry)) touch(section, 0);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=file])")) event.preventDefault();
});

// --- Sending ---

function save(options) {
  sending = sending.then(() => sendNow(options)).catch((error) => console.error(error));
  return sending;
}

// What went out before and was never answered is told as well, so that it is not taken for somebody else's.
function sentBefore(id) {
  const now = valuesOf(sections.get(id));
  const others = (unconfirmed.get(id) || []).flatMap((values) => Object.entries(values).filter(([name, value]) => value !== now[name]));
  return others.map(([name, value]) => [`${name}-sent`, value]);
}

function rememberSent(id, values) {
  const before = unconfirmed.get(id) || [];
  if (JSON.stringify(before.at(-1)) !== JSON.stringify(values)) unconfirmed.set(id, [...before, values].slice(-8));
}

// Returns what the server answered, or null where it could not be reached or will not hear.
async function sendNow({ isSubmit = false, keepalive = false } = {}) {
  clearTimeout(timer);
  const ids = [...sections.keys()].filter((id) => dirty.has(id) || isUnsettled(sections.get(id)));
  if (isClosed || !(ids.length || toKeep.size || isSubmit)) return null;
  const before = new Map(ids.map((id) => [id, { strokes: strokes.get(id), values: valuesOf(sections.get(id)), pairs: pairsOf(sections.get(id)) }]));
  const keeping = [...toKeep];
  const pairs = [
    ...ids.flatMap((id) => [...before.get(id).pairs, ...sentBefore(id)]),
    ...keeping.map((key) => ["keep", key]),
    ...(isSubmit ? [["submit", ""]] : []),
  ];
  for (const id of ids) {
    rememberSent(id, before.get(id).values);
    keepHere(id);
  }
  if (trouble.hidden) note("đang lưu…");
  try {
    const answer = await send(pairs, { keepalive });
    trouble.hidden = true;
    wait = 0;
    for (const key of keeping) toKeep.delete(key);
    take(answer, before);
    return answer;
  } catch (error) {
    explain(error);
    return null;
  }
}

function take(answer, before) {
  if (answer.filed) {
    // What was typed while the report was on its way did not get into it, and stays here.
    for (const id of sections.keys()) if (!dirty.has(id) || isCurrent(id, before.get(id))) drafts.forget(id);
    return;
  }
  for (const told of answer.entries) takeEntry(told, before.get(String(told.pk)));
  note(`đã lưu lúc ${answer.saved_at}${[...sections.values()].some(isUnsettled) ? ", trừ ô bị đánh dấu" : ""}`);
  showReadiness(answer);
  if (dirty.size) plan(PAUSE);
}

function takeEntry(told, sent) {
  const id = String(told.pk);
  const section = sections.get(id);
  const prefix = `mh-${id}-`;
  unconfirmed.delete(id);
  const decided = sent ? sent.pairs.filter(([name]) => name.endsWith("-choice")).map(([name]) => name.replace(/-choice$/, "")) : [];
  for (const name of decided) section.querySelector(`[data-clash="${name}"]`)?.remove();
  if (Object.keys(told.clashes).length) section.dataset.base ||= versionField(section).value;
  versionField(section).value = told.version;
  // Words of others go where nothing was typed meanwhile.
  const now = valuesOf(section);
  const untouched = Object.entries(told.values).filter(([name]) => !sent || now[prefix + name] === sent.values[prefix + name]);
  fill(section, Object.fromEntries(untouched.map(([name, value]) => [prefix + name, value])));
  showMistakes(section, told.mistakes);
  showClashes(section, told.clashes);
  showQuestions(section, told.questions);
  markInvalid(section);
  showStatus(section, told);
  if (told.kept && !isUnsettled(section)) section.querySelector("details").open = false;
  settle(id, section, sent);
}

function isCurrent(id, sent) {
  return Boolean(sent) && strokes.get(id) === sent.strokes;
}

function settle(id, section, sent) {
  if (isCurrent(id, sent)) dirty.delete(id);
  if (!section.querySelector("[data-clash]")) delete section.dataset.base;
  if (dirty.has(id) || isUnsettled(section)) keepHere(id);
  else drafts.forget(id);
}

function lackLink(lack, text) {
  const link = document.createElement("a");
  link.href = `#${lack.anchor}`;
  link.textContent = text;
  return link;
}

function item(...parts) {
  const element = document.createElement("li");
  element.append(...parts);
  return element;
}

function showReadiness({ ready, total, missing }) {
  form.querySelector("[data-ready]").textContent = `${ready}/${total}`;
  const lacks = form.querySelector("[data-lacks]");
  if (missing.length) lacks.replaceChildren("Còn thiếu: ", lackLink(missing[0], `MH ${missing[0].code} ${missing[0].short} ›`));
  else lacks.replaceChildren();
  const unready = page.querySelector("[data-unready]");
  const silent = missing.filter((lack) => lack.silent);
  unready.querySelector("ul").replaceChildren(
    ...missing.filter((lack) => !lack.silent).map((lack) => item(lackLink(lack, `MH ${lack.code}`), `: ${lack.missing}`)),
    ...(silent.length ? [item(`${silent.length} mô hình chưa trả lời: `, ...silent.flatMap((lack) => [lackLink(lack, `MH ${lack.code}`), " "]))] : []),
  );
  if (!missing.length) unready.hidden = true;
  // The button for all keeps what has no answer yet; an answer that lacks something is kept by its own button.
  const left = form.querySelectorAll("[data-entry]:not([data-answered]) [data-keep-one]").length;
  for (const all of page.querySelectorAll('[data-keep="all"]')) {
    all.hidden = !left;
    all.querySelector("span").textContent = `\u00a0(${left})`;
  }
}

// --- What can go wrong ---

function button(text, href, isNewTab) {
  const link = document.createElement("a");
  link.className = "btn portal-touch";
  link.href = href;
  link.textContent = text;
  if (isNewTab) link.target = "_blank";
  return link;
}

function tell(text, ...links) {
  const words = document.createElement("p");
  words.className = links.length ? "mb-2" : "mb-0";
  words.textContent = text;
  if (trouble.hidden || trouble.querySelector("p")?.textContent !== text) trouble.replaceChildren(words, ...links);
  trouble.hidden = false;
}

function explain(error) {
  const where = isKeptHere ? "chữ đang giữ trên máy này" : "đừng đóng trang này, chữ chỉ còn ở đây";
  note("chưa lưu");
  if (error instanceof Offline) {
    wait = Math.min(LONGEST_WAIT, wait * 2 || 2000);
    tell(`${error.message} – ${where}. Trang sẽ tự lưu ${error.until}.`);
    plan(wait);
  } else if (error instanceof SignedOut) {
    const signIn = page.dataset.signIn;
    tell(
      `Phiên đăng nhập đã hết – ${where}. Hãy đăng nhập lại rồi quay lại trang này.`,
      button("Đăng nhập ở cửa sổ khác", signIn, true),
      " ",
      button("Đăng nhập tại đây", signIn, false),
    );
  } else if (error instanceof SomebodyElse) {
    tell(`Máy này vừa đăng nhập bằng tài khoản khác, nên chưa lưu – ${where}. Hãy đăng nhập lại bằng tài khoản của bạn.`);
  } else if (error instanceof Closed) {
    isClosed = true;
    tell(`${error.message}${dirty.size ? " Chữ chưa lưu vẫn giữ trên máy này." : ""}`, ...(error.url ? [button("Xem báo cáo đã nộp", error.url, false)] : []));
  } else {
    throw error;
  }
}

function tryAgain() {
  if (!trouble.hidden && !isClosed) save();
}
// Whoever signs out takes what is kept here away; nothing is put there again while the page is being left.
document.addEventListener("signing-out", () => {
  isClosed = true;
  dirty.clear();
});
window.addEventListener("online", tryAgain);
window.addEventListener("focus", tryAgain);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") dirty.size && save({ keepalive: true });
  else tryAgain();
});
window.addEventListener("beforeunload", (event) => {
  if (dirty.size && !isKeptHere) event.preventDefault();
});

// --- Buttons ---

async function file() {
  if (isFiling) return;
  isFiling = true;
  submitButton.disabled = true;
  submitButton.textContent = "Đang nộp…";
  const answer = await save({ isSubmit: true });
  if (answer?.filed) {
    window.location.assign(answer.filed);
    return; // the button stays shut until the receipt is there
  }
  isFiling = false;
  submitButton.disabled = false;
  submitButton.textContent = "Nộp báo cáo";
  const unsettled = [...sections.values()].find(isUnsettled);
  if (unsettled) {
    show(firstUnsettled(unsettled));
  } else if (answer?.missing.length) {
    const unready = page.querySelector("[data-unready]");
    unready.hidden = false;
    unready.scrollIntoView({ block: "center" });
    unready.focus({ preventScroll: true });
  } else {
    trouble.scrollIntoView({ block: "center" });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.dataset.keep) {
    toKeep.add(pressed.dataset.keep);
    save();
  } else if (pressed === submitButton) {
    file();
  } else {
    save();
  }
});

// What was typed is sent before the whole report is answered with "nothing".
page.querySelector("[data-nothing]")?.addEventListener("submit", async (event) => {
  const nothing = event.target;
  event.preventDefault();
  if (isFiling) return;
  isFiling = true;
  if (dirty.size) await save();
  if (trouble.hidden) nothing.submit();
  else isFiling = false;
});

page.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#mh-"]');
  if (!link) return;
  event.preventDefault();
  show(link.hash.slice(1));
});
form.addEventListener("toggle", (event) => event.target.open && grow(event.target), true);

// A file added or taken away may make an answer ready; it is no answer itself, and what was filled in beforehand is not
// sent as one.
document.addEventListener("evidence-changed", (event) => {
  const section = sections.get(String(event.detail.entry));
  if (section?.hasAttribute("data-answered")) touch(section, 0);
});

// --- Coming back ---

function restore() {
  let restored = 0;
  for (const [id, draft] of drafts.all()) {
    const section = sections.get(id);
    if (!section) continue;
    if (!fill(section, draft.values)) {
      drafts.forget(id);
      continue;
    }
    versionField(section).value = draft.version;
    unconfirmed.set(id, draft.sent || []);
    section.querySelector("details").open = true;
    touch(section, 0);
    restored += 1;
  }
  if (restored) note("đã khôi phục chữ chưa gửi");
}

// A page shown again by "back" is not what the server has any more.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
for (const plain of page.querySelectorAll("[data-plain]")) plain.hidden = true;
for (const section of sections.values()) {
  showNeeds(section);
  grow(section);
}
restore();
if (window.location.hash.startsWith("#mh-")) show(window.location.hash.slice(1));
