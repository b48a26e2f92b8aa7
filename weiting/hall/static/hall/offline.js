/* Searches an exported hall from a folder: no server, no fetch; scripts of data are loaded as they are needed. */
(() => {
  "use strict";
  const form = document.querySelector("[data-offline]");
  if (!form) return;
  const out = document.querySelector("[data-offline-hits]");
  const said = document.querySelector("[data-offline-said]");
  const base = form.dataset.offline, root = form.dataset.root;
  const kept = { about: {}, terms: {}, docs: {} }, waiting = {};
  const HAN = /[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff]+/g, MOST = 50;

  window.weiting = (kind, number, data) => { kept[kind][number] = data; };

  const load = (kind, number, file) => {
    const name = file || `${kind}-${number}`;
    waiting[name] ??= new Promise((done) => {
      const script = document.createElement("script");
      script.src = `${base}${name}.js`;
      script.onload = () => done(kept[kind][number]);
      script.onerror = () => done(undefined);
      document.head.append(script);
    });
    return waiting[name];
  };

  const fold = (text, about) => {
    about.map ??= new Map([...about.fold[0]].map((from, at) => [from, [...about.fold[1]][at]]));
    return [...text.normalize("NFKC").toLowerCase()].map((sign) => about.map.get(sign) || sign).join("");
  };

  const numbers = (packed) => {
    let last = 0;
    return packed ? packed.split(" ").map((step) => (last += parseInt(step, 36))) : [];
  };

  /* A term is a pair of characters, a word, "~" before pinyin, "^" before its first letters, or "*" before what a pair
     begins with. */
  const termsOf = (typed) => {
    const terms = [];
    for (const run of typed.match(HAN) || []) {
      if (run.length === 1) terms.push(["*" + run]);
      for (let at = 0; at < run.length - 1; at++) terms.push([run.slice(at, at + 2)]);
    }
    for (const word of typed.replace(HAN, " ").match(/[\p{L}\p{N}]+/gu) || []) terms.push([word, "~" + word, "^" + word]);
    return terms;
  };

  const placesOf = async (term, about) => {
    const begins = term.startsWith("*") && term.length > 1, wanted = begins ? term.slice(1) : term;
    const shard = (await load("terms", wanted.codePointAt(0) % about.shards)) || {};
    if (!begins) return numbers(Object.hasOwn(shard, wanted) ? shard[wanted] : "");
    return Object.keys(shard).filter((each) => each.startsWith(wanted)).flatMap((each) => numbers(shard[each]));
  };

  const find = async (typed, about) => {
    let found = null;
    for (const choices of termsOf(typed)) {
      const here = new Set();
      for (const term of choices) for (const number of await placesOf(term, about)) here.add(number);
      found = found ? new Set([...found].filter((number) => here.has(number))) : here;
    }
    return [...(found || [])].sort((a, b) => a - b);
  };

  const marked = (node, text, needles, about) => {
    const folded = fold(text, about);
    let at = 0;
    while (at < text.length && folded.length === text.length) {
      const hits = needles.map((needle) => [folded.indexOf(needle, at), needle.length]).filter(([place]) => place >= 0);
      if (!hits.length) break;
      const [place, length] = hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
      node.append(text.slice(at, place));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place, place + length);
      node.append(mark);
      at = place + length;
    }
    node.append(text.slice(at));
    return node;
  };

  const make = (name, className = "") => Object.assign(document.createElement(name), { className });

  const show = async (ids, typed, about) => {
    const needles = typed.split(/\s+/).filter(Boolean), rows = [];
    for (const id of ids.slice(0, 400)) {
      const docs = (await load("docs", Math.floor(id / about.size))) || [];
      if (docs[id % about.size]) rows.push(docs[id % about.size]);
    }
    const inTitle = (row) => needles.every((needle) => fold(row[1], about).includes(needle));
    rows.sort((a, b) => inTitle(b) - inTitle(a));
    out.replaceChildren(...rows.slice(0, MOST).map(([url, title, unit, on, text]) => {
      const item = make("li"), meta = make("p", "meta"), head = make("h2"), link = make("a"), who = make("b");
      who.textContent = unit;
      meta.append(who, on);
      link.href = root + url;
      marked(link, title, needles, about);
      head.append(link);
      item.append(meta, head, marked(make("p"), text, needles, about));
      return item;
    }));
  };

  const run = async () => {
    const asked = new URLSearchParams(location.search).get("q") || "";
    for (const input of document.querySelectorAll('input[name="q"]')) input.value = asked;
    const about = await load("about", 0, "about");
    if (!about || !asked.trim()) return;
    const typed = fold(asked.trim().slice(0, 100), about), ids = await find(typed, about);
    said.textContent = ids.length ? said.dataset.some.replace("0", ids.length) : said.dataset.none;
    await show(ids, typed, about);
    document.documentElement.dataset.searched = String(ids.length);
  };
  run();
})();
