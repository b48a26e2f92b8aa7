// The composer: saves by itself when typing stops, keeps the text in this browser while there is no connection,
// says what is saved, and offers marks and phrases. Without it the form's own buttons do the same.
const form = document.getElementById("compose");
const said = document.getElementById("saved");
const PAUSE = 2500;
const key = form && `weiting:text:${form.dataset.post}`;
const SKIP = new Set(["csrfmiddlewaretoken", "saves", "number", "do"]);
let timer, waiting = false, saving = false, savedAt = null, stopped = false, sealed = false, held;

const words = () => [...form.elements].filter((e) => e.name && !SKIP.has(e.name) && /^(text|textarea)$/.test(e.type));

function say(word, late = false) {
  if (!said) return;
  said.textContent = word;
  said.classList.toggle("late", late);
}

function age() {
  if (!savedAt || waiting || saving || stopped) return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  if (seconds < 5) say(said.dataset.just);
  else if (seconds < 100) say(said.dataset.seconds.replace("#", Math.floor(seconds / 10) * 10 || 5));
  else say(said.dataset.minutes.replace("#", Math.round(seconds / 60)));
}

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), number: form.elements.number.value, texts: words().map((e) => [e.name, e.value]) }));
  } catch { /* private mode, or full */ }
}

function forget() {
  try { localStorage.removeItem(key); } catch { /* private mode */ }
}

async function save() {
  clearTimeout(timer);
  if (!waiting || saving || stopped || sealed) return;
  saving = true;
  waiting = false;
  say(said.dataset.saving);
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    const told = await answer.json();
    if (answer.ok) {
      form.elements.saves.value = told.saves;
      form.elements.number.value = told.number;
      if (form.elements.to_was) form.elements.to_was.value = told.to_was;
      savedAt = Date.now();
      if (!waiting) forget();
      form.dispatchEvent(new CustomEvent("ui:saved", { bubbles: true }));
    } else if (answer.status === 409) {
      conflict(told.detail);
    } else {
      waiting = true;
      say(told.detail ?? said.dataset.changed, true);
    }
  } catch {
    waiting = true;
    keep();
    say(said.dataset.offline, true);
    timer = setTimeout(save, 8000);
  } finally {
    saving = false;
    age();
    if (held) held();
    else if (waiting && !stopped && navigator.onLine) { clearTimeout(timer); timer = setTimeout(save, PAUSE); }
  }
}

// A button pressed while a save is on its way waits for the answer: else the two would meet as if two people had saved.
function submit(event) {
  if (saving) {
    event.preventDefault();
    held = () => { held = undefined; form.requestSubmit(event.submitter); };
    return;
  }
  sealed = true;
  clearTimeout(timer);
  if (navigator.onLine && !stopped) forget();
}

// Somebody else saved, or took the pen: nothing is overwritten, nothing is lost; the page shows the way to both texts.
function conflict(detail) {
  stopped = true;
  keep();
  const box = document.getElementById("conflict");
  box.querySelector("[data-said]").textContent = detail;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
  say(said.dataset.changed, true);
}

function changed() {
  if (sealed) return;
  waiting = true;
  keep();
  if (!stopped) say(said.dataset.changed);
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, PAUSE);
}

// The previews are asked for by this event; what is chosen under "submit" changes none of them, but for the path.
let asking;
function ask(event) {
  const field = event.target;
  if (field.closest("#findings") || (field.closest("#send") && !["lane", "release", "at"].includes(field.name))) return;
  clearTimeout(asking);
  asking = setTimeout(() => !sealed && form.dispatchEvent(new Event("preview")), event.type === "input" ? 700 : 200);
}

function offer() {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { kept = null; }
  const box = document.getElementById("restore");
  if (!kept || !box) return;
  const differs = kept.texts.some(([name, value]) => {
    const field = form.elements.namedItem(name);
    return field && "value" in field && field.value !== value;
  });
  if (!differs) { forget(); return; }
  box.hidden = false;
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-restore]")) {
      for (const [name, value] of kept.texts) {
        const field = form.elements.namedItem(name);
        if (field && "value" in field) field.value = value;
      }
      form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.target.closest("[data-forget]")) forget();
    else return;
    box.hidden = true;
  });
}

function put(area, text, from, to) {
  area.focus();
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function marks(event) {
  const area = form.elements.body;
  const button = event.target.closest("[data-wrap], [data-line], [data-link], [data-insert]");
  if (!button) return;
  const { selectionStart: a, selectionEnd: b, value } = area;
  const chosen = value.slice(a, b);
  if (button.dataset.wrap) put(area, `${button.dataset.wrap}${chosen}${button.dataset.wrap}`, a, b);
  else if (button.dataset.line) {
    const start = value.lastIndexOf("\n", a - 1) + 1;
    put(area, value.slice(start, b).split("\n").map((line) => button.dataset.line + line).join("\n"), start, b);
  } else if ("link" in button.dataset) put(area, `[${chosen}](https://)`, a, b);
  else put(area, button.dataset.insert, a, b);
}

if (form) {
  form.querySelectorAll("[data-marks]").forEach((each) => { each.hidden = false; });
  form.addEventListener("click", marks);
  form.addEventListener("input", ask);
  form.addEventListener("change", ask);
  if (form.dataset.autosave) {
    offer();
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // A composition (pinyin) is one act of typing: nothing is saved in its middle.
    form.addEventListener("compositionstart", () => clearTimeout(timer));
    form.addEventListener("submit", submit);
    addEventListener("online", () => { if (waiting) save(); });
    addEventListener("offline", () => say(said.dataset.offline, true));
    addEventListener("beforeunload", (event) => { if (waiting && !sealed) { keep(); event.preventDefault(); } });
    // A save sent while the page goes away could meet the next page half-way: what is typed is kept here instead.
    addEventListener("pagehide", () => { sealed = true; clearTimeout(timer); });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); waiting = true; save(); }
    });
    setInterval(age, 5000);
  }
}
