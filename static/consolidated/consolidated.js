// The drafting page saves each line as it is typed (../web/autosave.js) and shows where a line comes from without leaving
// the page. Without this script the page is a plain form with buttons.
import { autosave } from "../web/autosave.js";

const PAUSE = 900;
const GONE =
  "Có người vừa bỏ hoặc soạn lại dòng này nên dòng không còn trong dự thảo. Nội dung chưa lưu, hãy tải lại trang để chép vào dòng khác.";

const page = document.getElementById("bao-cao-tong-hop");
const form = document.getElementById("tong-hop");
const saved = page.querySelector("[data-saved]");
const trouble = page.querySelector("[data-trouble]");
const left = page.querySelector("[data-left]");
page.dataset.report = left.dataset.report;

const lineOf = (field) => field.closest("[data-line]");
const textOf = (line) => line.querySelector("textarea");

const saver = autosave({
  page,
  form,
  pause: PAUSE,
  trouble,
  note: (text) => (saved.textContent = text),
  together: (name) => [name],
  beginnings: (name, shown) => [shown],
  unsettled: () => [], // a line somebody must decide on is sent again once it was typed in or decided
  pressed: () => [],
  beside: () => [],
  take,
  restored: () => {},
  lost: showLost,
});

// All are measured before any is changed: one after the other, a thousand lines are laid out a thousand times.
function grow(...fields) {
  for (const field of fields) field.style.height = "auto";
  const heights = fields.map((field) => field.scrollHeight + 2);
  fields.forEach((field, place) => (field.style.height = `${heights[place]}px`));
}

// The line is not in the draft any more: drafted anew or thrown away meanwhile.
function showLost(lost, forget) {
  const heading = document.createElement("p");
  heading.textContent = "Trên máy này còn nội dung đã nhập vào dòng nay không còn trong dự thảo. Nếu cần, hãy chép lại trước khi xóa.";
  const list = document.createElement("ul");
  for (const [, text] of lost) {
    const item = document.createElement("li");
    item.className = "words";
    item.textContent = text;
    list.append(item);
  }
  const clear = button("Xóa khỏi máy này", () => {
    forget();
    left.hidden = true;
  });
  const words = document.createElement("div");
  words.append(heading, list, clear);
  left.className = "note c-amber";
  left.append(words);
  left.hidden = false;
}

// --- What the server says ---

function take(answer, values) {
  const stands = new Map(answer.lines.map((told) => [`dong-${told.pk}`, told.text]));
  for (const name of stands.keys()) document.getElementById(name)?.querySelector("[data-edited]")?.removeAttribute("hidden");
  const others = new Map(answer.others.map((told) => [`dong-${told.pk}`, told.text]));
  const refused = new Map(answer.refused.map((one) => [one.name, one.why]));
  for (const pk of answer.gone) refused.set(`dong-${pk}`, GONE);
  const asked = new Set([...refused.keys(), ...answer.conflicts.map((conflict) => `dong-${conflict.pk}`)]);
  for (const [name, value] of values) {
    if (asked.has(name)) {
      saver.leave(name, value);
    } else if (others.has(name)) {
      saver.giveWay(name, others.get(name), value);
      grow(form.elements[name]);
    } else {
      clashOf(form.elements[name])?.remove();
      saver.acknowledge(name, stands.get(name) ?? value, value);
    }
  }
  for (const [name, why] of refused) if (saver.has(name)) boxAbove(form.elements[name]).textContent = why;
  for (const conflict of answer.conflicts) showConflict(conflict);
  saved.textContent = asked.size ? "còn nội dung chưa lưu" : `đã lưu lúc ${answer.saved_at}`;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

// Both texts are shown; nothing is written until one is chosen.
function showConflict({ pk, theirs, by, at }) {
  const field = textOf(document.getElementById(`dong-${pk}`));
  const box = boxAbove(field);
  const words = document.createElement("p");
  words.textContent = `${by} vừa sửa dòng này${at ? ` lúc ${at}` : ""}. Nội dung nhập ở đây chưa lưu. Nội dung đã lưu:`;
  const text = document.createElement("p");
  text.className = "words";
  text.textContent = theirs;
  const choose = (own) => () => {
    saver.knows(field.name, theirs);
    if (!own) field.value = theirs;
    grow(field);
    box.remove();
    saver.touch(field.name, 0);
  };
  const choices = document.createElement("div");
  choices.className = "row";
  choices.append(button("Lấy nội dung đã lưu", choose(false)), button("Giữ nội dung nhập ở đây", choose(true)));
  box.append(words, text, choices);
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
  box.className = "clash say c-amber";
  box.setAttribute("role", "alert");
  placeOf(field).before(box);
  return box;
}

// --- Typing ---

form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea")) return;
  grow(event.target);
  saver.touch(event.target.name);
});

// --- Buttons ---

// A button sends what is not saved yet along, and nothing else of the many lines.
form.addEventListener("submit", async (event) => {
  if (saver.isLeaving) {
    event.preventDefault(); // a second press of what is under way
  } else if (saver.isClosed || saver.isClean) {
    saver.isLeaving = true;
  } else {
    event.preventDefault();
    await saver.save();
    // What could not be saved stays in front of the person, with the reason above it.
    if (saver.isClosed || saver.isClean) form.requestSubmit(event.submitter);
  }
});
window.addEventListener("pageshow", () => (saver.isLeaving = false));
form.addEventListener("formdata", (event) => {
  for (const line of form.querySelectorAll("[data-line]")) {
    const { name } = textOf(line);
    event.formData.delete(`${name}-known`);
    if (saver.isDirty(name)) for (const value of saver.knownOf(name)) event.formData.append(`${name}-known`, value);
    else event.formData.delete(name);
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

saver.restore();
let width = innerWidth;
grow(...form.querySelectorAll("textarea"));
window.addEventListener("resize", () => {
  if (innerWidth === width) return; // a keyboard that opens changes the height only
  width = innerWidth;
  grow(...form.querySelectorAll("textarea"));
});
// Where a button was pressed has moved while the fields grew.
document.getElementById(location.hash.slice(1))?.scrollIntoView();
