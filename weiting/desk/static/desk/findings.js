// What the checks found, in the text itself: underlined behind the words, shown on request, mended by one click.
// Without it the list stands under the text, and its buttons save and mend.
const form = ["compose", "correction", "issue"].map((id) => document.getElementById(id)).find(Boolean);
const NAMES = ["body", "summary", ...[...(form?.querySelectorAll("[data-wording]") ?? [])].map((each) => each.name)];
const FILL = /〔待填：[^〕\n]*〕/;
const sheets = new Map(); // field → { mirror, marks: [{from, to, tone}], value }
let folds = []; // what somebody has unfolded in the list
let asked = null; // what stood in the fields when the list was asked for

const fieldOf = (name) => form.elements.namedItem(name);
const list = () => [...document.querySelectorAll("#findings [data-finding]")];

function spotsOf(item) {
  return item.dataset.spots.split(" ").filter(Boolean).map((spot) => {
    const [to, from, ...name] = spot.split(":").reverse();
    return { name: name.reverse().join(":"), from: Number(from), to: Number(to) };
  });
}

// Where words stand now: where they were, or else the nearest place that reads the same.
function locate(value, words, from) {
  if (value.startsWith(words, from)) return from;
  const before = value.lastIndexOf(words, from), after = value.indexOf(words, from);
  if (before < 0 || after < 0) return Math.max(before, after);
  return from - before < after - from ? before : after;
}

// Marks keep to their words while one types: what stands behind an edit moves with it, what is edited loses its mark.
function follow(marks, old, now) {
  if (old === now) return marks;
  const most = Math.min(old.length, now.length);
  let head = 0, tail = 0;
  while (head < most && old[head] === now[head]) head++;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const end = old.length - tail, by = now.length - old.length;
  return marks.flatMap((mark) => {
    if (mark.to <= head) return [mark];
    if (mark.from >= end) return [{ ...mark, from: mark.from + by, to: mark.to + by }];
    return [];
  });
}

function draw(area) {
  const sheet = sheets.get(area);
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const mark of sheet.marks) {
    if (mark.from < at) continue;
    const words = document.createElement("mark");
    words.className = mark.tone;
    words.textContent = area.value.slice(mark.from, mark.to);
    parts.append(area.value.slice(at, mark.from), words);
    mark.node = words;
    at = mark.to;
  }
  // The line after a last line break has a height only where something stands in it.
  parts.append(`${area.value.slice(at)}\u200b`);
  sheet.mirror.replaceChildren(parts);
  sheet.value = area.value;
  fit(area);
}

// The sheet behind wears what the field wears, whatever size of letters somebody has chosen.
const WORN = ["font-family", "font-size", "font-weight", "font-feature-settings", "font-variant-numeric", "padding", "line-height", "letter-spacing", "text-indent", "tab-size", "word-break", "line-break"];

function fit(area) {
  const { mirror } = sheets.get(area);
  const worn = getComputedStyle(area);
  for (const name of WORN) mirror.style.setProperty(name, worn.getPropertyValue(name));
  mirror.style.setProperty("padding-inline-end", `calc(${worn.paddingInlineEnd} + ${Math.max(0, area.offsetWidth - area.clientWidth - 2)}px)`);
  mirror.scrollTop = area.scrollTop;
}

function back(area) {
  const box = document.createElement("div");
  box.className = "mirrored";
  const mirror = document.createElement("div");
  mirror.className = `mirror ${area.className}`;
  mirror.setAttribute("aria-hidden", "true");
  area.replaceWith(box);
  box.append(mirror, area);
  sheets.set(area, { mirror, marks: [], value: area.value });
  area.addEventListener("input", () => {
    const sheet = sheets.get(area);
    sheet.marks = follow(sheet.marks, sheet.value, area.value);
    draw(area);
  });
  area.addEventListener("scroll", () => { mirror.scrollTop = area.scrollTop; });
  area.addEventListener("mouseup", () => reach(area));
  area.addEventListener("keyup", () => reach(area));
}

// The finding in whose words the caret stands is the one lit up in the list.
function reach(area) {
  const at = area.selectionStart;
  const here = sheets.get(area).marks.find((mark) => mark.from <= at && at <= mark.to);
  list().forEach((item) => item.classList.toggle("here", item === here?.item));
}

const ORDER = ["late", "soon", "ok", "hint"];
function read() {
  document.querySelectorAll("#findings [data-fold]").forEach((each) => { each.open ||= folds.includes(each.dataset.fold); });
  document.querySelectorAll("#findings [data-show]").forEach((button) => { button.hidden = false; });
  for (const [area, sheet] of sheets) {
    const old = asked?.get(area.name) ?? area.value;
    const marks = list().flatMap((item) => spotsOf(item).filter((spot) => spot.name === area.name).flatMap((spot) => {
      const from = spotsOf(item).length > 1 ? spot.from : locate(old, item.dataset.words, spot.from);
      const to = from + (spot.to - spot.from);
      return from < 0 || to > old.length ? [] : [{ from, to, tone: item.dataset.tone, item }];
    }));
    marks.sort((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone));
    const apart = [];
    for (const mark of marks) if (apart.every((other) => mark.to <= other.from || other.to <= mark.from)) apart.push(mark);
    apart.sort((a, b) => a.from - b.from);
    sheet.marks = follow(apart, old, area.value);
    draw(area);
  }
}

function select(field, from, to) {
  field.closest("details:not([open])")?.setAttribute("open", "");
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  const mark = sheets.get(field)?.marks.find((each) => each.from < to && from < each.to)?.node;
  (mark ?? field).scrollIntoView({ block: "center" });
}

function show(item) {
  for (const spot of spotsOf(item)) {
    const field = fieldOf(spot.name);
    const from = field ? locate(field.value, item.dataset.words, spot.from) : -1;
    if (from >= 0) { select(field, from, from + item.dataset.words.length); return; }
  }
}

// As if it had been typed, so that it can be undone as typing can.
function type(field, from, to, text) {
  field.closest("details:not([open])")?.setAttribute("open", "");
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!done) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function mend(item, better) {
  const words = item.dataset.words;
  let last = null;
  for (const spot of spotsOf(item).reverse()) {
    const field = fieldOf(spot.name);
    const from = field ? locate(field.value, words, spot.from) : -1;
    if (from < 0) continue;
    type(field, from, from + words.length, better);
    last = [field, from];
  }
  if (!last) return false;
  const [field, from] = last;
  const fill = FILL.exec(better);
  const start = from + (fill ? fill.index : 0);
  select(field, start, start + (fill ? fill[0].length : better.length));
  item.remove();
  form.dispatchEvent(new Event("preview"));
  return true;
}

function clicked(event) {
  const item = event.target.closest("[data-finding]");
  if (!item) return;
  const button = event.target.closest("[data-better]");
  if (event.target.closest("[data-show]")) show(item);
  else if (button && mend(item, button.dataset.better)) event.preventDefault();
}

if (form) {
  NAMES.map(fieldOf).filter(Boolean).forEach(back);
  read();
  form.addEventListener("click", clicked);
  addEventListener("resize", () => sheets.forEach((_sheet, area) => fit(area)));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt?.id === "live") asked = new Map(NAMES.map((name) => [name, fieldOf(name)?.value ?? ""]));
  });
  // Somebody who is giving a reason must not lose the field under their hands.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    if (target?.id === "findings") folds = [...target.querySelectorAll("[data-fold][open]")].map((each) => each.dataset.fold);
    if (target?.id === "findings" && target.contains(document.activeElement) && document.activeElement.matches("input")) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt?.id === "live") { read(); asked = null; } });
}
