// The button beside a password shows it and hides it again; without a script there is no button.
for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
    button.lastElementChild.textContent = isShown ? "Hiện" : "Ẩn";
  });
}
