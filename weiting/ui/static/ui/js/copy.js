// Copies text: <button data-copy="text"> or <button data-copy-from="#id">. Without JavaScript the text can be selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.innerText) : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http or an old browser: select it, so that one key press copies.
    if (source) getSelection().selectAllChildren(source);
    return;
  }
  const said = button.dataset.copied || document.getElementById("toasts")?.dataset.copied || "✓";
  document.dispatchEvent(new CustomEvent("ui:toast", { detail: said }));
  const label = button.lastChild;
  const before = label?.textContent;
  if (label?.nodeType === Node.TEXT_NODE && before !== said) {
    label.textContent = said;
    setTimeout(() => { label.textContent = before; }, 2000);
  }
});
