// Uploads with progress: <form data-upload> with one file input (data-most-bytes="8388608") and a
// <progress hidden> and <output>. Too large a file is said before it is sent. Without JavaScript the form just posts.
function human(bytes) {
  return bytes > 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;
}

function tooLarge(input, say) {
  const most = Number(input.dataset.mostBytes) || Infinity;
  const large = [...input.files].find((file) => file.size > most);
  if (large) say(`${large.name}: ${human(large.size)} > ${human(most)}`, true);
  return Boolean(large);
}

function bind(form) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  const place = form.querySelector("output");
  const say = (text, wrong = false) => { if (place) { place.textContent = text; place.classList.toggle("late", wrong); } };

  input.addEventListener("change", () => {
    if (!tooLarge(input, say)) say([...input.files].map((f) => `${f.name} ${human(f.size)}`).join("；"));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (tooLarge(input, say)) return;
    const request = new XMLHttpRequest();
    request.open(form.method, form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = (e) => { if (bar && e.lengthComputable) { bar.hidden = false; bar.max = e.total; bar.value = e.loaded; } };
    request.onerror = () => say(document.getElementById("toasts")?.dataset.offline ?? "×", true);
    request.onload = () => {
      if (request.status < 400) location.assign(request.responseURL);
      else show(request.responseText);
    };
    request.send(new FormData(form));
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.querySelector(".drop")?.classList.toggle("over", kind === "dragover");
      if (kind === "drop") { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change")); }
    });
  }
}

// The server's own page says what is wrong: show its main part in place of ours.
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = page.getElementById("main");
  if (said) document.getElementById("main").replaceChildren(...said.childNodes);
}

document.querySelectorAll("form[data-upload]").forEach(bind);
