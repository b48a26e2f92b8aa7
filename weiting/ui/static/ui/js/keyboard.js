// Lists by keyboard: in [data-list], j and k walk over [data-item], enter opens, x ticks, ? shows the keys, / searches.
const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");

function items() {
  return [...document.querySelectorAll("[data-list] [data-item]")];
}

function walk(step) {
  const all = items();
  if (!all.length) return;
  const here = all.findIndex((item) => item.classList.contains("here"));
  const next = Math.min(all.length - 1, Math.max(0, here + step));
  all[here]?.classList.remove("here");
  all[next].classList.add("here");
  const link = all[next].querySelector("[data-open], a[href]");
  (link ?? all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

const acts = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => document.querySelector("[data-item].here input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search], input[type=search]")?.focus(),
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const act = acts[event.key];
  if (act && (items().length || event.key === "/" || event.key === "?")) {
    event.preventDefault();
    act();
  } else if (event.key === "Enter" && event.target === document.body) {
    document.querySelector("[data-item].here [data-open], [data-item].here a[href]")?.click();
  }
});

// The mouse and the tab key move the mark too, so that j goes on from where one is.
document.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-list] [data-item]");
  if (!item) return;
  document.querySelector("[data-item].here")?.classList.remove("here");
  item.classList.add("here");
});
