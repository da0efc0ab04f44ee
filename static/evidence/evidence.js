// Sends evidence as soon as it is chosen and shows the list anew; without this script the buttons do the same by themselves.
const ASKED_BY_SCRIPT = { "X-Evidence-Script": "1" };

async function send(area, address, data) {
  const busy = area.querySelector("[data-busy]");
  const failed = area.querySelector("[data-failed]");
  busy.hidden = false;
  failed.hidden = true;
  try {
    const answer = await fetch(address, { method: "POST", body: data, headers: ASKED_BY_SCRIPT, redirect: "error" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    area.querySelector("[data-files]").outerHTML = await answer.text();
    document.dispatchEvent(new CustomEvent("evidence-changed", { detail: { entry: Number(area.dataset.evidence) } }));
  } catch {
    failed.hidden = false;
  } finally {
    busy.hidden = true;
  }
}

// Controls belong to a form elsewhere on the page; its token may be renewed there after a new sign-in.
const formOf = (area) => document.getElementById(`evidence-${area.dataset.evidence}`);
const tokenOf = (area) => formOf(area).elements.csrfmiddlewaretoken.value;

document.addEventListener("change", async (event) => {
  const area = event.target.closest("[data-evidence]");
  if (!area || event.target.name !== "files" || !event.target.files.length) return;
  const input = event.target;
  const data = new FormData();
  data.append("csrfmiddlewaretoken", tokenOf(area));
  for (const file of input.files) data.append("files", file);
  input.disabled = true;
  await send(area, formOf(area).action, data);
  input.disabled = false;
  input.value = "";
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  const area = button?.closest("[data-evidence]");
  if (!area) return;
  event.preventDefault();
  const data = new FormData();
  data.append("csrfmiddlewaretoken", tokenOf(area));
  send(area, button.formAction, data);
});

document.documentElement.classList.add("evidence-by-script");
