// Choosing many rows, and going through the queue with j and k. The page works without.
const form = document.querySelector("[data-choosing]");

if (form) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"][name]')];
  // The button may stand in the bar below the page.
  const all = document.querySelector("[data-all]");
  const button = document.querySelector("[data-chosen]");

  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    button.disabled = count === 0;
    button.textContent = button.dataset.chosen.replace("#", count);
    all.querySelector("input").checked = count === boxes.length;
    all.querySelector("input").indeterminate = count > 0 && count < boxes.length;
  };

  if (all && button) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      boxes.forEach((box) => (box.checked = event.target.checked));
      tell();
    });
    boxes.forEach((box) => box.addEventListener("change", tell));
    window.addEventListener("pageshow", tell);
    tell();
  }
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) {
    link.click();
  }
});
