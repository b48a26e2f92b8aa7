// Lets a <textarea data-autosize> grow with its text. CSS field-sizing does it alone where the browser knows it.
const native = CSS.supports("field-sizing", "content");

function fit(area) {
  if (native || !area.matches?.("textarea[data-autosize]")) return;
  const lines = area.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 34), 0);
  area.rows = Math.max(Number(area.dataset.autosize) || 5, lines + 1);
}

document.addEventListener("input", (event) => fit(event.target));
document.querySelectorAll("textarea[data-autosize]").forEach(fit);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("textarea[data-autosize]").forEach(fit));
