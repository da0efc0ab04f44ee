// The words to the units, and which units were chosen, are kept on this machine until they have been sent: a session
// that ended, a lost connection or a closed window takes nothing away. Without this script the page works all the same.
import { draftsOf } from "../web/drafts.js";

const place = document.querySelector("[data-kept]");
const period = place.dataset.kept;
const drafts = draftsOf(place.dataset.user, "don-doc");

function fill(form, draft) {
  const { text, units } = draft.values;
  const boxes = [...form.querySelectorAll('input[name="units"]')];
  const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
  const wanted = units.filter((unit) => boxes.some((box) => box.value === unit));
  if (form.elements.text.value === text && chosen.join() === wanted.join()) return;
  form.elements.text.value = text;
  boxes.forEach((box) => (box.checked = wanted.includes(box.value)));
  boxes[0]?.dispatchEvent(new Event("change", { bubbles: true })); // the count on the button follows
  place.querySelector("[data-restored]").hidden = false;
}

const plain = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();
const draft = drafts.all().find(([kept]) => kept === period);

if (place.matches("form")) {
  if (draft) fill(place, draft[1]);
  place.addEventListener("input", () => {
    const chosen = place.querySelectorAll('input[name="units"]:checked');
    drafts.keep(period, { values: { text: place.elements.text.value, units: [...chosen].map((box) => box.value) } });
  });
  place.querySelector("[data-forget]").addEventListener("click", () => {
    drafts.forget(period);
    window.location.replace(place.action);
  });
} else if (draft && plain(draft[1].values.text) === plain(place.dataset.sent)) {
  drafts.forget(period);
}
