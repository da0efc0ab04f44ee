// A form marked data-portal-once goes out once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-portal-once]") || event.defaultPrevented) return;
  if (form.dataset.isSent) event.preventDefault();
  form.dataset.isSent = "yes";
});

// Coming back to the page by the browser's back button, one may send it again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-portal-once]")) delete form.dataset.isSent;
});
