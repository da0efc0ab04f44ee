// Sends evidence as soon as it is chosen and shows the list anew; without this script the buttons do the same by themselves.
// Photographs are made smaller before they go: a line in the hills carries 50 KB a second.
const ASKED_BY_SCRIPT = { "X-Evidence-Script": "1" };
const LONGEST_SIDE = 2048;
const SMALL_ENOUGH = 600_000;
const QUALITY = 0.82;
const BUSY = "Đang tải lên…";
const FAILED = "Chưa gửi được tệp: kiểm tra kết nối mạng rồi chọn lại tệp. Nội dung đã nhập không bị mất.";

async function send(area, address, data) {
  const told = area.querySelector("[data-told]");
  told.textContent = BUSY;
  try {
    const answer = await fetch(address, { method: "POST", body: data, headers: ASKED_BY_SCRIPT, redirect: "error" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    area.querySelector("[data-files]").outerHTML = await answer.text();
    told.textContent = "";
    document.dispatchEvent(new CustomEvent("evidence-changed", { detail: { entry: Number(area.dataset.evidence) } }));
  } catch {
    told.textContent = FAILED;
  }
}

// A picture of its own kind and size stays as it is; one the browser cannot read is left for the server to judge.
async function smaller(file) {
  if (!file.type.startsWith("image/") || (file.size <= SMALL_ENOUGH && /jpeg|png/.test(file.type))) return file;
  try {
    const picture = await createImageBitmap(file);
    const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    const ground = canvas.getContext("2d");
    ground.fillStyle = "#fff";
    ground.fillRect(0, 0, canvas.width, canvas.height);
    ground.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const isReadable = /jpeg|png/.test(file.type);
    return made && (made.size < file.size || !isReadable) ? new File([made], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

// Controls belong to a form elsewhere on the page; its token may be renewed there after a new sign-in.
const formOf = (area) => document.getElementById(`evidence-${area.dataset.evidence}`);
const tokenOf = (area) => formOf(area).elements.csrfmiddlewaretoken.value;

document.addEventListener("change", async (event) => {
  const area = event.target.closest("[data-evidence]");
  if (!area || event.target.name !== "files" || !event.target.files.length) return;
  const input = event.target;
  area.querySelector("[data-told]").textContent = BUSY; // making pictures smaller takes its time
  input.disabled = true;
  const data = new FormData();
  data.append("csrfmiddlewaretoken", tokenOf(area));
  for (const file of input.files) data.append("files", await smaller(file)); // one after the other: each is unpacked whole
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
