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
const bar = document.querySelector("[data-bar]");
const saved = bar.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const said = page.querySelector("[data-said]");
const submitButton = bar.querySelector("[data-submit]");
const keepQuiet = page.querySelector('[data-keep="quiet"]');
const undo = page.querySelector("[data-undo]");

const dirty = new Set(); // entries with something the server has not answered for
const strokes = new Map(); // how often each entry was changed, to see whether it was again while sending
const unconfirmed = new Map(); // what was sent of an entry and never answered: it may have arrived all the same
const toKeep = new Set(); // presses of "Giữ như kỳ trước" on their way
const toUndo = new Set(); // and of "Hoàn tác"
let sending = Promise.resolve();
let timer = 0;
let wait = 0;
let isClosed = false;
let isKeptHere = true;
let isFiling = false;

function note(text) {
  if (saved.textContent.trim() !== text) saved.textContent = text && `· ${text}`;
}

// The one place read aloud of its own accord.
function say(text) {
  if (said.textContent !== text) said.textContent = text;
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
  section.dataset.touched = "";
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
  touch(section, event.target.matches("[type=radio], select") ? 0 : PAUSE);
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
  if (isClosed || !(ids.length || toKeep.size || toUndo.size || isSubmit)) return null;
  const before = new Map(ids.map((id) => [id, { strokes: strokes.get(id), values: valuesOf(sections.get(id)), pairs: pairsOf(sections.get(id)) }]));
  const keeping = [...toKeep];
  const undoing = [...toUndo];
  const pairs = [
    ...ids.flatMap((id) => [...before.get(id).pairs, ...sentBefore(id)]),
    ...keeping.map((key) => ["keep", key]),
    ...undoing.map((key) => ["undo", key]),
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
    for (const key of undoing) toUndo.delete(key);
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
  note([...sections.values()].some(isUnsettled) ? "còn ô chưa lưu" : `đã lưu ${answer.saved_at}`);
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
  if (told.kept && !isUnsettled(section)) {
    section.open = false;
    delete section.dataset.touched;
  }
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

function lackLink(lack) {
  const link = document.createElement("a");
  link.href = `#${lack.anchor}`;
  link.textContent = `MH ${lack.code}`;
  return link;
}

function showReadiness({ ready, total, missing, named }) {
  bar.querySelector("[data-ready]").textContent = `${ready}/${total}`;
  const first = missing.slice(0, named).flatMap((lack, place) => [place ? ", " : "", lackLink(lack)]);
  bar.querySelector("[data-lacks]").replaceChildren(...(first.length ? ["Còn ", ...first] : []), ...(missing.length > named ? [" …"] : []));
  for (const number of page.querySelectorAll("[data-number]")) {
    const count = [...sections.values()].filter((section) => section.dataset.mark === number.dataset.number).length;
    number.textContent = count;
    number.closest(".st, .c").hidden = !count;
  }
  showKeeping();
  say(`${ready}/${total} đã nhập`);
}

// What there is left to keep, and to take back: the one stands in the other's place.
function showKeeping() {
  const silent = [...form.querySelectorAll("[data-entry]:not([data-answered]) [data-keep]")].map((one) => one.closest("[data-entry]"));
  bar.querySelector('[data-keep="all"]').hidden = !silent.length;
  if (!keepQuiet) return;
  const quiet = [...form.querySelectorAll("[data-quiet] [data-entry]")];
  const left = quiet.filter((section) => silent.includes(section));
  const kept = quiet.filter((section) => section.hasAttribute("data-kept"));
  keepQuiet.value = left.map((section) => section.dataset.entry).join(" ");
  keepQuiet.querySelector("[data-count]").textContent = left.length === quiet.length ? `cả ${quiet.length}` : `${left.length} mục còn lại`;
  keepQuiet.hidden = !left.length;
  undo.value = kept.map((section) => section.dataset.entry).join(" ");
  undo.hidden = page.querySelector("[data-kept-note]").hidden = Boolean(left.length) || !kept.length;
}

// --- What can go wrong ---

function button(text, href, isNewTab) {
  const link = document.createElement("a");
  link.className = "btn";
  link.href = href;
  link.textContent = text;
  if (isNewTab) link.target = "_blank";
  return link;
}

function tell(text, ...links) {
  const words = document.createElement("p");
  words.textContent = text;
  if (trouble.hidden || trouble.querySelector("p")?.textContent !== text) trouble.replaceChildren(words, ...links);
  trouble.hidden = false;
}

function explain(error) {
  const where = isKeptHere ? "nội dung đang giữ trên máy này" : "đừng đóng trang này, nội dung chỉ còn ở đây";
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
    tell(`${error.message}${dirty.size ? " Nội dung chưa lưu vẫn giữ trên máy này." : ""}`, ...(error.url ? [button("Xem báo cáo đã nộp", error.url, false)] : []));
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
  const label = submitButton.querySelector("span");
  label.textContent = "Đang nộp…";
  const answer = await save({ isSubmit: true });
  if (answer?.filed) {
    window.location.assign(answer.filed);
    return; // the button stays shut until the receipt is there
  }
  isFiling = false;
  submitButton.disabled = false;
  label.textContent = "Nộp báo cáo";
  const unsettled = [...sections.values()].find(isUnsettled);
  if (unsettled) {
    say(`Chưa nộp được: MH ${unsettled.dataset.code} cần sửa`);
    show(firstUnsettled(unsettled));
  } else if (answer?.missing.length) {
    const [first] = answer.missing;
    page.classList.add("is-refused");
    say(`Chưa nộp được: MH ${first.code} cần ${first.missing}`);
    show(first.anchor);
  } else {
    trouble.scrollIntoView({ block: "center" });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.dataset.keep) keep(pressed);
  else if (pressed === undo) takeBack();
  else if (pressed === submitButton) file();
  else save();
});

async function keep(pressed) {
  const heading = pressed.closest(".h")?.querySelector("h2");
  for (const key of pressed.value.split(" ").filter(Boolean)) toKeep.add(key);
  if (pressed.dataset.keep === "all") toKeep.add("all");
  await save();
  // The press has left its place: whoever goes on by keyboard stays where it was.
  (heading ?? pressed.closest("[data-entry]")?.querySelector("summary"))?.focus();
}

async function takeBack() {
  for (const key of undo.value.split(" ").filter(Boolean)) toUndo.add(key);
  await save();
  keepQuiet.focus();
}

document.addEventListener("click", (event) => {
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
    section.open = true;
    touch(section, 0);
    restored += 1;
  }
  if (restored) note("đã khôi phục nội dung chưa gửi");
}

// A page shown again by "back" is not what the server has any more.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
for (const section of sections.values()) {
  showNeeds(section);
  grow(section);
}
restore();
if (window.location.hash.startsWith("#mh-")) show(window.location.hash.slice(1));
