// A passage selected in the public text goes into the correction: into the form, or into the address that opens it.
const texts = document.querySelectorAll("[data-passages]");
document.querySelectorAll("[data-passage-hint]").forEach((hint) => { hint.hidden = false; });

for (const text of texts) {
  const fill = text.dataset.fill && document.querySelector(text.dataset.fill);
  const link = document.createElement("a");
  link.className = "button primary passage";
  link.textContent = text.dataset.correctLabel ?? "";
  link.hidden = true;
  if (text.dataset.correctUrl) text.append(link);

  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    const words = chosen.toString().trim().slice(0, 300);
    if (!words || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    if (fill) {
      fill.value = words;
      fill.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (text.dataset.correctUrl) {
      link.href = `${text.dataset.correctUrl}?wrong=${encodeURIComponent(words)}`;
      link.hidden = false;
    }
  });
}
