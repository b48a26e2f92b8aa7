// Comments at a passage: what is selected in [data-text] becomes the quote of the form; quoted passages are marked.
const text = document.querySelector("[data-text]");
const quote = document.querySelector("[data-quote]");

document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection();
  if (!text || !quote || !chosen?.rangeCount || chosen.isCollapsed) return;
  if (!text.contains(chosen.getRangeAt(0).commonAncestorContainer)) return;
  quote.value = chosen.toString().split("\n")[0].trim().slice(0, 300);
});

function rangeOf(words) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    return range;
  }
  return null;
}

if (text && CSS.highlights) {
  const ranges = [...document.querySelectorAll("[data-quoted]")].map((each) => rangeOf(each.textContent)).filter(Boolean);
  if (ranges.length) CSS.highlights.set("remark", new Highlight(...ranges));
}
