// Dark follows the system; Tabler reads the attribute. Loaded before the page is drawn, so that nothing flashes.
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
}

follow();
dark.addEventListener("change", follow);
