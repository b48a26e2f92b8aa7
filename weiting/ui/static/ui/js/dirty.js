// Keeps what is being typed: <form data-dirty="a-name"> warns before leaving, and each change is kept in this browser
// until the form was sent, so that a crash, a lost connection or an expired session loses nothing.
// A kept text is offered, never put in silently: <div data-dirty-offer hidden> with [data-restore] and [data-forget].
const SECRET = /pass|csrf|token|otp|code/i;

function texts(form) {
  return [...form.elements].filter((e) => e.name && /^(textarea|text|search|url|email|tel)$/.test(e.type) && !SECRET.test(e.name));
}

function watch(form) {
  const key = `draft:${location.pathname}:${form.dataset.dirty}`;
  const fields = texts(form);
  const initial = JSON.stringify(fields.map((f) => f.value));
  let sent = false;
  const changed = () => !sent && JSON.stringify(fields.map((f) => f.value)) !== initial;
  const forget = () => { try { localStorage.removeItem(key); } catch { /* private mode */ } };

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try { localStorage.setItem(key, JSON.stringify({ texts: fields.map((f) => [f.name, f.value]) })); } catch { /* full */ }
    }, 400);
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); if (navigator.onLine) forget(); });
  form.addEventListener("ui:saved", forget);
  addEventListener("beforeunload", (event) => { if (changed()) event.preventDefault(); });

  const offer = form.querySelector("[data-dirty-offer]");
  let kept;
  try { kept = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { kept = null; }
  if (!offer || !kept || JSON.stringify(kept.texts.map(([, v]) => v)) === initial) return;
  offer.hidden = false;
  offer.addEventListener("click", (event) => {
    if (event.target.closest("[data-restore]")) {
      for (const [name, value] of kept.texts) {
        const field = form.elements.namedItem(name);
        if (field && "value" in field) field.value = value;
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.target.closest("[data-forget]")) forget();
    else return;
    offer.hidden = true;
  });
}

document.querySelectorAll("form[data-dirty]").forEach(watch);
