// The roll-up's tables: arrow keys walk through a matrix, its heads included, so that Tab passes it in one step;
// what a cell says aloud is also its tooltip. The print button appears where there is a script to press it.

function cellsOf(table) {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function walk(table) {
  const rows = cellsOf(table);
  const links = rows.flat().filter((link) => link);
  const first = links.find((link) => link.classList.contains("cell")) ?? links[0];
  for (const link of table.querySelectorAll("a")) link.tabIndex = link === first ? 0 : -1;

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
    } while (row >= 0 && row < rows.length && column >= 0 && column < rows[0].length && !next);
    if (!next) return;
    link.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

document.querySelectorAll("table[data-roving]").forEach(walk);
document.addEventListener("mouseover", (event) => {
  const link = event.target.closest?.("a.cell:not([title])");
  if (link) link.title = link.getAttribute("aria-label");
});
// Paper has nothing to press: tables folded away are printed too.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details.numbers:not([open])")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
