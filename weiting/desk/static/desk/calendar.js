// Dragging a planned release to another day posts the same form the release's own page offers.
const table = document.querySelector("[data-calendar]");
const form = document.getElementById("to-day");
let carried = null;

table?.addEventListener("dragstart", (event) => {
  const entry = event.target.closest("[data-release]");
  if (!entry) return;
  carried = entry.dataset.release;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", entry.textContent.trim());
});

table?.addEventListener("dragover", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!carried || !cell) return;
  event.preventDefault();
  table.querySelectorAll(".over").forEach((each) => each !== cell && each.classList.remove("over"));
  cell.classList.add("over");
});

table?.addEventListener("dragend", () => {
  carried = null;
  table.querySelectorAll(".over").forEach((each) => each.classList.remove("over"));
});

table?.addEventListener("drop", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!carried || !cell || !form) return;
  event.preventDefault();
  form.action = carried;
  form.elements.day.value = cell.dataset.day;
  form.requestSubmit();
});
