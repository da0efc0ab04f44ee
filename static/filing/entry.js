// One entry of the report on the page: what stands in its fields, and showing what the server says of it.
const BESIDE = /-(version|touched|clash|choice)$/;

function fieldsOf(section) {
  return [...section.querySelectorAll("input[name], textarea[name]")].filter((field) => field.type !== "file");
}

// Every name and value the form would send of the entry.
export function pairsOf(section) {
  return fieldsOf(section)
    .filter((field) => field.type !== "radio" || field.checked)
    .map((field) => [field.name, field.value]);
}

// What the officer filled in, without what the page adds.
export function valuesOf(section) {
  return Object.fromEntries(pairsOf(section).filter(([name]) => !BESIDE.test(name)));
}

// Returns whether that changed anything.
export function fill(section, values) {
  let changed = false;
  for (const field of fieldsOf(section)) {
    if (!(field.name in values)) continue;
    if (field.type === "radio") {
      const chosen = field.value === values[field.name];
      changed ||= chosen && !field.checked;
      field.checked = chosen;
    } else if (field.value !== values[field.name]) {
      field.value = values[field.name];
      changed = true;
    }
  }
  grow(section);
  showNeeds(section);
  return changed;
}

export function versionField(section) {
  return section.querySelector(`input[name="mh-${section.dataset.entry}-version"]`);
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
  if (section.dataset.state === "blocked") section.querySelector("[data-more]").open = true;
}

// Finished is all of it: the percent of last time is not left standing beside it, and comes back with another state.
export function followState(section, state) {
  const percent = section.querySelector(`input[name="mh-${section.dataset.entry}-percent"]`);
  if (state === "done" && percent.value && percent.value !== "100") {
    percent.dataset.before = percent.value;
    percent.value = "100";
  } else if (state !== "done" && percent.dataset.before) {
    if (percent.value === "100") percent.value = percent.dataset.before;
    delete percent.dataset.before;
  }
}

export function isUnsettled(section) {
  return Boolean(section.querySelector("[data-clash], [data-mistake]:not([hidden])"));
}

function notesOf(section, name) {
  return section.querySelector(`[data-notes="${name}"]`);
}

// Texts by the names of their fields, each into the note of that kind beside its field.
function showNotes(section, kind, texts) {
  for (const note of section.querySelectorAll(kind)) {
    const name = note.parentElement.dataset.notes.replace(`mh-${section.dataset.entry}-`, "");
    const text = texts[name] || "";
    if (note.textContent !== text) note.textContent = text;
    note.hidden = !text;
  }
}

export function showMistakes(section, mistakes) {
  showNotes(section, "[data-mistake]", mistakes);
}

// An unlikely answer is asked about, and there is room to say why.
export function showQuestions(section, questions) {
  showNotes(section, "[data-question]", questions);
  const explain = section.querySelector("[data-explain]");
  const isAsked = Object.keys(questions).length || section.querySelector(".entry-remark") || explain.querySelector("[data-clash], [data-mistake]:not([hidden])");
  explain.hidden = !(isAsked || explain.querySelector("textarea").value);
}

// A field whose text could not be saved is red, and said to be wrong to who does not see it.
export function markInvalid(section) {
  for (const notes of section.querySelectorAll("[data-notes]")) {
    const isInvalid = Boolean(notes.querySelector("[data-clash], [data-mistake]:not([hidden])"));
    const field = document.getElementById(notes.dataset.notes);
    if (field.matches("fieldset")) field.classList.toggle("is-invalid", isInvalid);
    else if (isInvalid) field.setAttribute("aria-invalid", "true");
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
    for (const shut of [notes.closest("details.entry-body"), notes.closest("details.entry-more")]) if (shut) shut.open = true;
    notes.querySelector("[data-clash]").scrollIntoView({ block: "center" });
  }
}

export function showStatus(section, told) {
  const status = section.querySelector("[data-status]");
  const span = document.createElement("span");
  span.className = told.ready ? "state state-green" : "state-amber";
  span.textContent = told.text;
  if (status.textContent.trim() !== told.text) status.replaceChildren(span);
  const keep = section.querySelector("[data-keep-one]");
  if (keep) keep.hidden = told.ready;
  const prefilled = section.querySelector("[data-prefilled]");
  if (prefilled) prefilled.hidden = told.answered;
  section.toggleAttribute("data-answered", told.answered);
}

// The field that waits for a mistake to be mended or a choice to be made.
export function firstUnsettled(section) {
  return section.querySelector("[data-clash], [data-mistake]:not([hidden])").closest("[data-notes]").dataset.notes;
}

// Leads to an entry or a field of it, opening what hides it.
export function show(id) {
  const target = document.getElementById(id);
  if (!target) return;
  const section = target.closest("[data-entry]");
  for (let shut = target.parentElement?.closest("details"); shut; shut = shut.parentElement.closest("details")) shut.open = true;
  if (target === section) section.querySelector("details").open = true;
  grow(section);
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}
