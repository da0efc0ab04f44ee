// The roll-up's tables: arrow keys walk through a matrix, its heads included, so that Tab passes it in one step;
// what a cell says aloud is also its tooltip. The print button appears where there is a script to press it.

function cellsOf(table) {
  return [...table.tHead.rows, ...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function walk(table) {
  const rows = cellsOf(table);
  const links = rows.flat().filter((link) => link);
  const first = links.find((link) => link.classList.contains("cell")) ?? links[0];
  for (const link of links) link.tabIndex = link === first ? 0 : -1;

  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const link = event.target.closest("a");
    if (!step || !link) return;
    event.preventDefault();
    let row = rows.findIndex((one) => one.includes(link));
    if (row < 0) return;
    let column = rows[row].indexOf(link);
    let next = null;
    do {
      row += step[0];
      column += step[1];
      next = rows[row]?.[column];
    } while (rows[row] && column >= 0 && column < rows[row].length && !next);
    if (!next) return;
    link.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

document.querySelectorAll("table[data-roving]").forEach(walk);
// The matrix of the first page comes after the rest of it.
document.addEventListener("htmx:afterSwap", () => document.querySelectorAll("table[data-roving]").forEach(walk));
// Signed out meanwhile, the wall would be filled with nothing: lead to the page that says so instead.
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.id !== "man-hinh" || detail.xhr.responseText.includes('id="man-hinh"')) return;
  detail.shouldSwap = false;
  location.reload();
});
document.addEventListener("mouseover", (event) => {
  const link = event.target.closest?.("a.cell:not([title])");
  if (link) link.title = link.getAttribute("aria-label");
});
// On a phone the row of pages is wider than the screen: begin where one is.
document.querySelector(".rollup-part[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
// Paper has nothing to press: what is folded away is printed too, the choices apart.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll(".rollup details:not([open], .rollup-choices)")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
