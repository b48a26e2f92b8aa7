// What happens around htmx: refusals land in #messages, faults become a toast, focus follows what changed.
const toasts = document.getElementById("toasts");

export function toast(text) {
  if (!toasts || !text) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  toasts.replaceChildren(note);
  setTimeout(() => note.remove(), 8000);
}

document.addEventListener("ui:toast", (event) => toast(event.detail));

// A refusal that names its place (HX-Retarget) and a form that comes back with its errors (422) are shown;
// any other error page would only break the page that asked.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  const shown = xhr.status === 422 || xhr.getResponseHeader("HX-Retarget");
  event.detail.shouldSwap = Boolean(shown);
  event.detail.isError = !shown;
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  toast(status === 404 ? toasts?.dataset.gone : status === 401 || status === 403 ? toasts?.dataset.signin : toasts?.dataset.failed);
});
document.addEventListener("htmx:sendError", () => toast(toasts?.dataset.offline));

function focusMarked(root, which = "[data-focus]") {
  root.querySelector?.(which)?.focus({ preventScroll: false });
}
document.addEventListener("htmx:afterSettle", (event) => focusMarked(event.target.parentNode ?? event.target));
// In a page that was just opened the browser itself sees to `autofocus`, and complains when it comes second.
focusMarked(document, "[data-focus]:not([autofocus])");

// A closing cross on any notice.
document.addEventListener("click", (event) => {
  const close = event.target.closest(".notice [data-close]");
  if (close) close.closest(".notice").remove();
});
