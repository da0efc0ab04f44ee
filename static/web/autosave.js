// Saves fields as they are typed, for the report form and the editor of the report upward. Every stroke is kept on this
// machine first and sent a moment later; what the server has is taken off this machine again.
//
// With each field go the values this page knows the server to hold: what it showed or was last told, and what it sent
// since without an answer, which may have arrived all the same. The server writes over these alone.
import { draftsOf } from "./drafts.js";
import { Closed, Offline, SignedOut, SomebodyElse, senderTo } from "./sender.js";

const LONGEST_WAIT = 60000;
const UNANSWERED = 8;

// ``together``: the names of fields that are sent with one; ``beginnings``: what the server may hold of a field that was
// not sent yet; ``unsettled``: names of fields whose words wait for a person; ``pressed``: pairs of the buttons pressed;
// ``beside``: further pairs for the names sent; ``take``: what to do with an answer; ``restored``, ``lost``: words of an
// earlier visit, typed again, or without a field to go to. ``page``: its data say where to send, whose it is, what is kept.
export function autosave({ page, form, pause, trouble, note, together, beginnings, unsettled, pressed, beside, take, restored, lost }) {
  const drafts = draftsOf(page.dataset.user, page.dataset.report);
  const send = senderTo(page.dataset.save, page.dataset.user, form.elements.csrfmiddlewaretoken.value);
  const base = new Map(); // by name: what was shown or acknowledged last, and what is held otherwise
  const unanswered = new Map(); // by name: what was sent and never answered
  const dirty = new Set();
  let sending = Promise.resolve();
  let timer = 0;
  let wait = 0;
  let isClosed = false;
  let isKeptHere = true;

  // --- Fields by name ---

  const has = (name) => Boolean(form.elements[name]);

  function valueOf(name) {
    return form.elements[name].value;
  }

  function setValue(name, value) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) for (const one of field) one.checked = one.value === value;
    else field.value = value;
  }

  function shownFirst(name) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) return [...field].find((one) => one.defaultChecked)?.value ?? "";
    return field.matches("select") ? ([...field.options].find((one) => one.defaultSelected)?.value ?? "") : field.defaultValue;
  }

  function baseOf(name) {
    if (!base.has(name)) base.set(name, beginnings(name, shownFirst(name)));
    return base.get(name);
  }

  function knownOf(name) {
    return [...baseOf(name), ...(unanswered.get(name) ?? [])];
  }

  // The server holds ``value``; where something else was typed since, that is still to be sent.
  function acknowledge(name, value, sent = value) {
    base.set(name, [value]);
    unanswered.delete(name);
    if (valueOf(name) === sent) settle(name);
    else keepHere(name);
  }

  function settle(name) {
    dirty.delete(name);
    drafts.forget(name);
  }

  // ``sent`` was no more than the page had shown, and somebody else's ``value`` stands: it is shown now. Where one has
  // typed on, both are shown after the next sending.
  function giveWay(name, value, sent) {
    unanswered.delete(name);
    if (valueOf(name) !== sent) return keepHere(name);
    setValue(name, value);
    acknowledge(name, value);
  }

  // ``sent`` was not written: it waits for a person, and is kept here.
  function leave(name, sent) {
    unanswered.delete(name);
    if (valueOf(name) === sent) dirty.delete(name);
    keepHere(name);
  }

  // What somebody else wrote was seen: it may be written over.
  function knows(name, value) {
    base.set(name, [...baseOf(name), value]);
  }

  // --- Saving ---

  function keepHere(name) {
    isKeptHere = drafts.keep(name, { values: { [name]: valueOf(name) }, known: knownOf(name) });
  }

  function touch(name, after = pause) {
    for (const one of together(name)) {
      dirty.add(one);
      keepHere(one);
    }
    if (!isClosed) plan(after);
  }

  function plan(after) {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  }

  function save(options) {
    sending = sending.then(() => sendNow(options)).catch((error) => console.error(error));
    return sending;
  }

  // Returns what the server answered, or null where it could not be reached or will not hear.
  async function sendNow({ more = [], keepalive = false } = {}) {
    clearTimeout(timer);
    const names = [...new Set([...dirty, ...unsettled()])].filter(has);
    const pushed = [...pressed(), ...more];
    if (isClosed || !(names.length || pushed.length)) return null;
    const values = new Map(names.map((name) => [name, valueOf(name)]));
    const known = names.flatMap((name) => knownOf(name).map((value) => [`${name}-known`, value]));
    const pairs = [...values, ...known, ...beside(names), ...pushed];
    for (const [name, value] of values) {
      const before = (unanswered.get(name) ?? []).filter((one) => one !== value);
      unanswered.set(name, [...before, value].slice(-UNANSWERED));
      keepHere(name);
    }
    if (trouble.hidden) note("đang lưu…");
    try {
      const answer = await send(pairs, { keepalive });
      trouble.hidden = true;
      wait = 0;
      take(answer, values, pairs);
      if (dirty.size) plan(pause);
      return answer;
    } catch (error) {
      explain(error);
      return null;
    }
  }

  // --- What can go wrong ---

  function link(text, href, isNewTab) {
    const made = document.createElement("a");
    made.className = "btn";
    made.href = href;
    made.textContent = text;
    if (isNewTab) made.target = "_blank";
    return made;
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
      const elsewhere = link("Đăng nhập ở cửa sổ khác", page.dataset.signIn, true);
      const links = isKeptHere ? [elsewhere, link("Đăng nhập tại đây", page.dataset.signIn, false)] : [elsewhere];
      tell(`Phiên đăng nhập đã hết – ${where}. Hãy đăng nhập lại rồi quay lại trang này.`, ...links);
    } else if (error instanceof SomebodyElse) {
      tell(`Máy này vừa đăng nhập bằng tài khoản khác, nên chưa lưu – ${where}. Hãy đăng nhập lại bằng tài khoản của mình.`);
    } else if (error instanceof Closed) {
      isClosed = true;
      const words = dirty.size ? ` Có nội dung chưa lưu: ${isKeptHere ? "đang giữ trên máy này" : where}.` : "";
      tell(`${error.message}${words}`, ...(error.url ? [link("Xem báo cáo đã nộp", error.url, false)] : []));
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
    if (dirty.size && !isKeptHere && !api.isLeaving) event.preventDefault();
  });
  // A page shown again by "back" is not what the server has any more.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());

  // --- Coming back ---

  // What an earlier visit could not save is typed again, over the values it was typed on.
  function restore() {
    const gone = [];
    const back = [];
    for (const [key, draft] of drafts.all()) {
      const names = Object.keys(draft.values); // one; of the pages before this script all of a line
      const missing = names.filter((name) => !has(name));
      gone.push(...missing.map((name) => [key, draft.values[name]]));
      if (!missing.length) drafts.forget(key); // what is typed again is kept again
      for (const name of names.filter((one) => has(one) && valueOf(one) !== draft.values[one])) {
        base.set(name, draft.known ?? []); // of the pages before this script: over an empty field alone
        setValue(name, draft.values[name]);
        back.push(name);
      }
    }
    if (gone.length) lost(gone, () => gone.forEach(([key]) => drafts.forget(key)));
    if (!back.length) return;
    restored(back);
    for (const name of back) touch(name, 0);
  }

  const api = {
    acknowledge, forget: drafts.forget, giveWay, has, isDirty: (name) => dirty.has(name), isLeaving: false, knownOf, knows, leave, restore, save, setValue, touch, valueOf,
    holds: (name, values) => base.set(name, values),
    get isClosed() {
      return isClosed;
    },
    get isClean() {
      return !dirty.size;
    },
  };
  return api;
}
