// Articles of an issue are put in order by dragging; the buttons beside each do the same.
const list = document.querySelector("[data-articles]");
let carried = null;

list?.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.("[data-article]");
  if (carried) event.dataTransfer.effectAllowed = "move";
});

list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-article]");
  if (!carried || !over || over === carried) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](carried);
});

list?.addEventListener("drop", (event) => event.preventDefault());

list?.addEventListener("dragend", () => {
  carried = null;
  const form = list.closest("form");
  // Saved at once, so that numbers and preview are right.
  form.requestSubmit(form.querySelector("button[value=save]"));
});
