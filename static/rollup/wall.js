// Signed out meanwhile, the wall would be filled with nothing: lead to the page that says so instead.
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.id !== "man-hinh" || detail.xhr.responseText.includes('id="man-hinh"')) return;
  detail.shouldSwap = false;
  location.reload();
});
