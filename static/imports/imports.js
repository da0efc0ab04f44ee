// Comforts of the import pages: a file can be dropped, is measured before it travels, members are found by typing.
// Without this script the forms work all the same, but for choosing members.

const MEGABYTE = 1024 * 1024;

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

function watchFile(box) {
  const input = box.querySelector("input[type=file]");
  const says = box.querySelector("[data-portal-drop-says]");
  const look = () => {
    const file = input.files[0];
    if (!file) return;
    const isTooLarge = file.size > Number(box.dataset.limit);
    if (isTooLarge) input.value = "";
    says.textContent = isTooLarge
      ? box.dataset.tooLarge
      : `Đã chọn: ${file.name} (${(file.size / MEGABYTE).toFixed(1).replace(".", ",")} MB)`;
    says.classList.toggle("err", isTooLarge);
  };
  box.classList.add("is-live");
  input.addEventListener("change", look);
  look(); // a quick hand, or a page brought back, has chosen already
  for (const event of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(event, (drag) => {
      drag.preventDefault();
      box.classList.toggle("is-over", event === "dragover");
    });
  }
  box.addEventListener("drop", (drag) => {
    if (!drag.dataTransfer.files.length) return;
    input.files = drag.dataTransfer.files;
    look();
  });
}

// The list of units is in the page once; it is copied to a card when somebody wants it there.
function fillMembers(part) {
  const list = part.querySelector(".members");
  const chosen = new Set(part.dataset.chosen.split(","));
  list.append(document.getElementById("thanh-vien").content.cloneNode(true));
  const labels = [...list.querySelectorAll("label")];
  const said = part.querySelector("[aria-live]");
  const count = () => {
    said.textContent = `Đã chọn ${list.querySelectorAll(":checked").length} thành viên.`;
  };
  for (const box of list.querySelectorAll("input")) {
    box.name = part.dataset.name;
    box.checked = chosen.has(box.value);
  }
  list.addEventListener("change", count);
  count();
  part.querySelector("input[type=search]").addEventListener("input", (typed) => {
    const words = fold(typed.target.value).split(/\s+/);
    for (const label of labels) {
      const name = fold(label.textContent);
      label.hidden = !words.every((word) => name.includes(word));
    }
  });
  part.querySelector("input[type=search]").addEventListener("keydown", (key) => {
    if (key.key === "Enter") key.preventDefault();
  });
}

function watchName(card) {
  const members = card.querySelector("[data-portal-members]");
  const fill = () => {
    if (card.querySelector(".unit-name-collective").checked && !members.dataset.isFilled) {
      members.dataset.isFilled = "yes";
      fillMembers(members);
    }
  };
  card.addEventListener("change", fill);
  fill();
}

// Choices that are not remembered yet would be lost by importing: say so instead.
function guardChoices(form) {
  const said = document.getElementById("truoc-khi-nhap");
  form.addEventListener("submit", (event) => {
    const made = document.querySelectorAll(".unit-name input[type=radio]:checked:not([value=de-sau])").length;
    if (!made) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.textContent = `Có ${made} tên đã chọn nhưng chưa ghi nhớ. Hãy bấm “Ghi nhớ cách viết”, hoặc chọn “Để sau” cho các tên đó.`;
    said.classList.add("c", "c-red");
    document.getElementById("ten-chua-biet").scrollIntoView();
  });
}

document.querySelectorAll("[data-portal-drop]").forEach(watchFile);
document.querySelectorAll(".unit-name").forEach(watchName);
document.querySelectorAll("[data-portal-confirm]").forEach(guardChoices);
const refusal = document.getElementById("loi-tai-len");
if (refusal) refusal.focus();
const wrong = document.querySelector(".unit-name [role=alert]");
if (wrong) wrong.closest(".unit-name").scrollIntoView({ block: "center" });
