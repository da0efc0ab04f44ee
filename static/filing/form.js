// The report form saves as one types (../web/autosave.js). Without this script it is a plain form that saves by buttons.
import { autosave } from "../web/autosave.js";
import { firstUnsettled, followState, grow, isUnsettled, markInvalid, namesIn, openTo, show, showClashes, showMistakes, showNeeds, showQuestions, showStatus, unsettledNames } from "./entry.js";

const PAUSE = 800;

const page = document.getElementById("nop-bao-cao");
const form = document.getElementById("bao-cao");
const bar = document.querySelector("[data-bar]");
const saved = bar.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const said = page.querySelector("[data-said]");
const submitButton = bar.querySelector("[data-submit]");
const keepQuiet = page.querySelector('[data-keep="quiet"]');
const undo = page.querySelector("[data-undo]");
const sections = new Map([...form.querySelectorAll("[data-entry]")].map((section) => [section.dataset.entry, section]));
const toKeep = new Set(); // presses of "Giữ như kỳ trước" on their way
const toUndo = new Set(); // and of "Hoàn tác"
let isFiling = false;

const sectionOf = (name) => sections.get(name.split("-")[1]);

function note(text) {
  if (saved.textContent.trim() !== text) saved.textContent = text && `· ${text}`;
}

// The one place read aloud of its own accord.
function say(text) {
  if (said.textContent !== text) said.textContent = text;
}

const saver = autosave({
  page,
  form,
  pause: PAUSE,
  trouble,
  note,
  together,
  beginnings: (name, shown) => (sectionOf(name).hasAttribute("data-blank") ? [shown, ""] : [shown]),
  unsettled: () => [...sections.values()].flatMap(unsettledNames),
  pressed: () => [...[...toKeep].map((key) => ["keep", key]), ...[...toUndo].map((key) => ["undo", key])],
  beside: (names) => [...new Set(names.map(sectionOf))].flatMap(choicesOf),
  take,
  restored,
  lost: () => {}, // a line the report has no more; the page that shows it filed tells of it
});

// What was filled in beforehand becomes the answer with the first field touched; of a pair of numbers both are sent.
function together(name) {
  const section = sectionOf(name);
  const both = [name, name.replace("-figure-", "-total-"), name.replace("-total-", "-figure-")].filter(saver.has);
  const filled = section.hasAttribute("data-blank") ? namesIn(section).filter(saver.valueOf) : [];
  return new Set([...both, ...filled]);
}

// The texts between which a person is to choose, and what was chosen.
function choicesOf(section) {
  const fields = [...section.querySelectorAll("[data-clash] input")];
  return fields.filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]);
}

// --- Typing ---

// A press that has not reached the server is not to cover what is typed after it.
function touch(name, pause) {
  const section = sectionOf(name);
  toKeep.delete(section.dataset.entry);
  section.dataset.touched = "";
  saver.touch(name, pause);
}

form.addEventListener("input", (event) => {
  const section = event.target.closest("[data-entry]");
  if (!section || event.target.type === "file") return;
  grow(section);
  if (event.target.name.endsWith("-work_state") && followState(section, event.target.value)) touch(`mh-${section.dataset.entry}-percent`, 0);
  showNeeds(section);
  const name = event.target.name.replace(/-choice$/, "");
  touch(name, event.target.matches("[type=radio], select") ? 0 : PAUSE);
});
// Choosing what is chosen already says "yes, still so".
form.addEventListener("click", (event) => {
  const name = event.target.name ?? "";
  if (event.target.type === "radio" && !name.endsWith("-choice") && !saver.isDirty(name)) touch(name, 0);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=file])")) event.preventDefault();
});

// --- What the server says ---

function take(answer, values, pairs) {
  for (const [name, key] of pairs) (name === "keep" ? toKeep : name === "undo" ? toUndo : null)?.delete(key);
  if (answer.filed) {
    // What was typed while the report was on its way did not get into it, and stays here.
    for (const [name, value] of values) if (saver.valueOf(name) === value) saver.forget(name);
    return;
  }
  for (const told of answer.entries) takeEntry(told, values, pairs);
  note([...sections.values()].some(isUnsettled) ? "còn ô chưa lưu" : `đã lưu ${answer.saved_at}`);
  showReadiness(answer);
}

function takeEntry(told, values, pairs) {
  const section = sections.get(String(told.pk));
  const prefix = `mh-${told.pk}-`;
  const decided = new Set(pairs.filter(([name]) => name.startsWith(prefix) && name.endsWith("-choice")).map(([name]) => name.replace(/-choice$/, "")));
  for (const name of decided) section.querySelector(`[data-clash="${name}"]`)?.remove();
  showClashes(section, told.clashes);
  showMistakes(section, told.mistakes);
  section.toggleAttribute("data-blank", told.blank);
  const unwritten = [...Object.keys(told.mistakes).map((name) => prefix + name), ...unsettledNames(section)];
  const waiting = new Set(unwritten.flatMap((name) => [name, name.replace("-figure-", "-total-")]));
  for (const name of namesIn(section)) {
    const stands = told.values[name.replace(prefix, "")];
    if (waiting.has(name)) {
      if (values.has(name)) saver.leave(name, values.get(name));
    } else if (told.others.includes(name.replace(prefix, "")) && !decided.has(name)) {
      saver.giveWay(name, stands ?? "", values.get(name));
    } else if (values.has(name)) {
      const isTyping = saver.valueOf(name) !== values.get(name);
      if (decided.has(name) && stands !== undefined && !isTyping) saver.setValue(name, stands);
      saver.acknowledge(name, stands ?? values.get(name), isTyping || decided.has(name) ? stands : values.get(name));
    } else if (stands !== undefined && !saver.isDirty(name)) {
      // Words of others go where nothing was typed; what is filled in beforehand goes on standing in an empty line.
      if (told.blank) saver.holds(name, [saver.valueOf(name), stands]);
      else {
        saver.setValue(name, stands);
        saver.acknowledge(name, stands);
      }
    }
  }
  grow(section);
  showNeeds(section);
  showQuestions(section, told.questions);
  markInvalid(section);
  showStatus(section, told);
  if (told.kept && !isUnsettled(section)) {
    section.open = false;
    delete section.dataset.touched;
  }
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

// --- Buttons ---

async function file() {
  if (isFiling) return;
  isFiling = true;
  submitButton.disabled = true;
  const label = submitButton.querySelector("span");
  label.textContent = "Đang nộp…";
  const answer = await saver.save({ more: [["submit", ""]] });
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

async function keep(pressed) {
  const heading = pressed.closest(".h")?.querySelector("h2");
  for (const key of pressed.value.split(" ").filter(Boolean)) toKeep.add(key);
  if (pressed.dataset.keep === "all") toKeep.add("all");
  await saver.save();
  // The press has left its place: whoever goes on by keyboard stays where it was.
  (heading ?? pressed.closest("[data-entry]")?.querySelector("summary"))?.focus();
}

async function takeBack() {
  for (const key of undo.value.split(" ").filter(Boolean)) toUndo.add(key);
  await saver.save();
  keepQuiet.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.dataset.keep) keep(pressed);
  else if (pressed === undo) takeBack();
  else if (pressed === submitButton) file();
  else saver.save();
});

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
  if (section?.hasAttribute("data-answered")) touch(`mh-${section.dataset.entry}-result`, 0);
});

// --- Coming back ---

function restored(names) {
  for (const name of names) openTo(form.elements[name] instanceof RadioNodeList ? form.elements[name][0] : form.elements[name]);
  for (const section of new Set(names.map(sectionOf))) grow(section);
  note("đã khôi phục nội dung chưa gửi");
}

for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
for (const section of sections.values()) {
  showNeeds(section);
  grow(section);
}
saver.restore();
if (window.location.hash.startsWith("#mh-")) show(window.location.hash.slice(1));
