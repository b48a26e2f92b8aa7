// Counts while one types: <textarea data-count="#id" data-most="140"> and <output id="id">. data-half counts a Latin
// letter as half a character, as Weibo does. The server counts again; this only spares a round trip.
function length(text, half) {
  const characters = [...text];
  if (!half) return characters.length;
  return Math.ceil(characters.reduce((sum, c) => sum + (c.codePointAt(0) < 128 ? 0.5 : 1), 0));
}

function update(area) {
  const place = area.dataset.count && document.querySelector(area.dataset.count);
  if (!place) return;
  const n = length(area.value, "half" in area.dataset);
  const most = Number(area.dataset.most ?? area.maxLength) || 0;
  place.textContent = most > 0 ? `${n} / ${most}` : `${n}`;
  place.classList.toggle("late", most > 0 && n > most);
  place.classList.toggle("ok", most > 0 && n > 0 && n <= most);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-count]")) update(event.target);
});
document.querySelectorAll("[data-count]").forEach(update);
