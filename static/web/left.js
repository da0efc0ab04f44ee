// On a report that is no longer filled in: words typed on this machine that never reached it are shown, not lost.
import { draftsOf } from "./drafts.js";

const place = document.querySelector("[data-left]");
const drafts = draftsOf(place.dataset.user, place.dataset.report);
const fields = (place.dataset.texts ?? "").split(" ").filter(Boolean);
const isText = (name) => /^dong-\d+$/.test(name) || fields.some((field) => name.endsWith(`-${field}`));
const texts = drafts.all().flatMap(([, draft]) =>
  Object.entries(draft.values)
    .filter(([name, value]) => isText(name) && value.trim())
    .map(([, value]) => value),
);
const shown = document.querySelector("main").textContent;
const left = [...new Set(texts)].filter((text) => !shown.includes(text.trim()));

function item(text) {
  const element = document.createElement("li");
  element.className = "words";
  element.textContent = text;
  return element;
}

if (left.length) {
  const heading = document.createElement("p");
  heading.textContent = "Trên máy này còn nội dung đã nhập mà báo cáo không có. Nếu cần, hãy chép lại trước khi xóa.";
  const list = document.createElement("ul");
  list.append(...left.map(item));
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "btn";
  forget.textContent = "Xóa khỏi máy này";
  forget.addEventListener("click", () => {
    drafts.all().forEach(([entry]) => drafts.forget(entry));
    place.hidden = true;
  });
  place.className = "note c-amber";
  const words = document.createElement("div");
  words.append(heading, list, forget);
  place.append(words);
  place.hidden = false;
} else {
  drafts.all().forEach(([entry]) => drafts.forget(entry));
}
