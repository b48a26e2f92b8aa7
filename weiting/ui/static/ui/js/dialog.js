// Opens native dialogs: <a href="/the/same/as/a/page" data-dialog="id">. Without JavaScript the link leads to the page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
    dialog.querySelector("[autofocus], input:not([type=hidden]), textarea, select, button:not([data-close])")?.focus();
    return;
  }
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  if (event.target.closest("[data-close]") || event.target === dialog && outside(dialog, event)) {
    event.preventDefault();
    dialog.close();
  }
});

function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
