// One entry of the report on the page: what stands in its fields, and showing what the server says of it.
// The words of the marks, as the server writes them (reports/filing/rows.py).
const WORDS = { ok: "đã nhập", look: "cần xem", bad: "cần sửa", open: "chưa nhập" };
const BESIDE = /-(known|clash|choice|theirs)$/;

// The names of what the officer fills in, without what stands beside it.
export function namesIn(section) {
  const fields = [...section.querySelectorAll("input[name], textarea[name], select[name]")];
  return [...new Set(fields.filter((field) => field.type !== "file" && !BESIDE.test(field.name)).map((field) => field.name))];
}

// The text grows with what is written, so that all of it can be read.
export function grow(section) {
  for (const text of section.querySelectorAll("textarea")) {
    text.style.height = "auto";
    if (text.scrollHeight) text.style.height = `${text.scrollHeight + 2}px`;
  }
}

// What a state asks for is shown when the state is chosen.
export function showNeeds(section) {
  const chosen = section.querySelector(`input[name="mh-${section.dataset.entry}-work_state"]:checked`);
  section.dataset.state = chosen ? chosen.value : "";
  if (section.dataset.state === "blocked") section.querySelector("[data-hindrance]").open = true;
}

// Finished is all of it: the percent of last time is not left standing beside it, and comes back with another state.
// Returns whether the percent changed.
export function followState(section, state) {
  const percent = section.querySelector(`input[name="mh-${section.dataset.entry}-percent"]`);
  const before = percent.value;
  if (state === "done" && percent.value && percent.value !== "100") {
    percent.dataset.before = percent.value;
    percent.value = "100";
  } else if (state !== "done" && percent.dataset.before) {
    if (percent.value === "100") percent.value = percent.dataset.before;
    delete percent.dataset.before;
  }
  return percent.value !== before;
}

export function isUnsettled(section) {
  return Boolean(section.querySelector("[data-clash], [data-mistake]"));
}

// The fields whose words wait for a mistake to be mended or a choice to be made.
export function unsettledNames(section) {
  const waiting = [...section.querySelectorAll("[data-clash], [data-mistake]")];
  return waiting.map((one) => one.closest("[data-notes]").dataset.notes);
}

function notesOf(section, name) {
  return section.querySelector(`[data-notes="${name}"]`);
}

// Texts by the names of their fields, each into the note of that kind beside its field.
function showNotes(section, kind, texts) {
  for (const notes of section.querySelectorAll("[data-notes]")) {
    const text = texts[notes.dataset.notes.replace(`mh-${section.dataset.entry}-`, "")];
    let note = notes.querySelector(`[data-${kind}]`);
    if (!text) {
      note?.remove();
      continue;
    }
    if (!note) {
      note = document.getElementById(`mau-${kind}`).content.firstElementChild.cloneNode(true);
      notes.prepend(note);
    }
    const words = note.querySelector("span") ?? note; // beside its icon
    if (words.textContent !== text) words.textContent = text;
  }
}

export function showMistakes(section, mistakes) {
  showNotes(section, "mistake", mistakes);
}

// An unlikely answer is asked about, and there is room to say why.
export function showQuestions(section, questions) {
  showNotes(section, "question", questions);
  const explain = section.querySelector("[data-explain]");
  const isAsked = Object.keys(questions).length || section.querySelector("[data-remark]") || explain.querySelector("[data-clash], [data-mistake]");
  explain.hidden = !(isAsked || explain.querySelector("textarea").value);
}

// A field whose text could not be saved is red, and said to be wrong to who does not see it.
export function markInvalid(section) {
  for (const notes of section.querySelectorAll("[data-notes]")) {
    const isInvalid = Boolean(notes.querySelector("[data-clash], [data-mistake]"));
    const field = document.getElementById(notes.dataset.notes);
    if (field.matches("fieldset")) continue;
    if (isInvalid) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

// ``html`` is the server's own template, with every word in it escaped.
export function showClashes(section, clashes) {
  for (const [name, html] of Object.entries(clashes)) {
    const notes = notesOf(section, name);
    if (!notes) continue;
    notes.querySelector("[data-clash]")?.remove();
    notes.insertAdjacentHTML("beforeend", html);
    openTo(notes);
    notes.querySelector("[data-clash]").scrollIntoView({ block: "center" });
  }
}

// How the line is marked at its end and in the strip; a line to look at stays one until it has an answer.
export function showStatus(section, told) {
  const mark = told.mark === "open" && section.closest("[data-loud]") ? "look" : told.mark;
  section.dataset.mark = mark;
  section.toggleAttribute("data-answered", told.answered);
  section.toggleAttribute("data-kept", told.kept);
  if (told.said) section.querySelector(".last").innerHTML = told.said; // the server's own template, every word in it escaped
  section.querySelector("[data-word]").textContent = told.text === WORDS[told.mark] ? WORDS[mark] : told.text;
  const missing = section.querySelector("[data-missing]");
  missing.hidden = !told.missing || mark === "bad";
  missing.textContent = `Cần ${told.missing}.`;
  const keep = section.querySelector("[data-keep]");
  if (keep) keep.hidden = told.ready;
  const prefilled = section.querySelector("[data-prefilled]");
  if (prefilled) prefilled.hidden = told.answered;
  const place = document.querySelector(`.index [data-to="${section.dataset.entry}"]`);
  if (!place) return;
  place.className = mark;
  place.setAttribute("aria-label", `MH ${section.dataset.code}, ${WORDS[mark]}`);
}

// The field that waits for a mistake to be mended or a choice to be made.
export function firstUnsettled(section) {
  return section.querySelector("[data-clash], [data-mistake]").closest("[data-notes]").dataset.notes;
}

export function openTo(target) {
  for (let shut = target.closest("details"); shut; shut = shut.parentElement.closest("details")) shut.open = true;
}

// Leads to an entry or a field of it, opening what hides it. One line at a time is opened so; a line opened by hand,
// or in which something was typed, stays open.
let shown;
export function show(id) {
  const target = document.getElementById(id);
  const section = target?.closest("[data-entry]");
  if (!section) return;
  if (shown && shown !== section && shown.open && !shown.hasAttribute("data-touched")) shown.open = false;
  if (!section.open) shown = section;
  openTo(target);
  grow(section);
  section.scrollIntoView({ block: "start" });
  const focused = target === section ? section.querySelector("summary") : target;
  focused.focus({ preventScroll: true });
  if (target !== section) target.scrollIntoView({ block: "nearest" });
}
