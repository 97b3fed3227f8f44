// Finds sections of chapters, then terms, figures and sources (index: press/publishing/search.py).
"use strict";
{
const SCALES = { thousand: 1e3, million: 1e6, billion: 1e9, bn: 1e9, trillion: 1e12, k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
const TOKEN = /(?<![a-z0-9.])(\d+(?:,\d{3})*(?:\.\d+)?)(?:\s?(thousand|million|billion|trillion|bn|[kmbt]))?(?![a-z0-9])|([a-z0-9]+(?:\.\d+)?)/g;
const IDLE = new Set("an and are as at be by can could did do does for from had has have how in is it its many much not of on or really report so that the their they this to was what when where which who whose why will with would you".split(" "));
const SHOWN = 20, PER_PAGE = 3;

const spelt = (value) => String(Number(value.toPrecision(12)));
const numeral = (word) => /^[\d.]+$/.test(word);
const tokens = (text) => {
  const plain = text.toLowerCase().replaceAll("’", "'").normalize("NFKD").replace(/\p{M}/gu, "").replace(/'s\b/g, "");
  return [...plain.matchAll(TOKEN)].flatMap(([, number, scale, word]) => {
    if (word) return [word];
    const value = Number(number.replaceAll(",", ""));
    return scale ? [spelt(value), spelt(value * SCALES[scale])] : [spelt(value)];
  }).filter((word) => word.length > 1 || numeral(word));
};
// how well a word of the text answers a word of the question: 1 the same, less for one that begins so
const like = (asked, word) => {
  if (asked === word) return 1;
  if (numeral(asked)) return 0;
  const stem = asked.length > 4 ? asked.replace(/(?<!s)s$/, "") : asked;
  return stem === word || (stem.length > 2 && word.startsWith(stem)) ? stem.length / Math.max(stem.length, word.length) : 0;
};

const find = (known, question) => {
  const all = tokens(question);
  const kept = all.filter((word) => !IDLE.has(word));
  const asked = [...new Set(kept.length ? kept : all)];
  const phrase = ` ${asked.join(" ")} `;
  const total = known.parts.length;
  const hits = new Map();
  const add = (id, make, number, worth) => {
    if (!hits.has(id)) hits.set(id, { ...make, for: asked.map(() => 0), extra: 0 });
    const hit = hits.get(id);
    hit.for[number] = Math.max(hit.for[number], worth);
    return hit;
  };
  const part = (at) => {
    const [page, anchor, title, lead] = known.parts[at];
    const [name, called, topics] = known.pages[page];
    return { kind: topics.length ? "chapter" : "appendix", name, page: called, title, lead, address: `${name}.html${anchor && `#${anchor}`}` };
  };
  const rare = asked.map((word) => {
    let seen = 0;
    for (const [at, steps] of Object.entries(known.words)) if (like(word, at) > 0.7) seen = Math.max(seen, steps.length);
    return Math.log(1 + total / (1 + seen));
  });
  asked.forEach((word, number) => {
    for (const [at, steps] of Object.entries(known.words)) {
      const fits = like(word, at);
      if (!fits) continue;
      let place = 0;
      for (const step of steps) { place += step; add(`p${place}`, part(place), number, fits * rare[number]); }
    }
    known.parts.forEach(([page, anchor, title], at) => {
      const fits = Math.max(0, ...tokens(title).map((other) => like(word, other)));
      if (fits) add(`p${at}`, part(at), number, fits * rare[number] * (anchor ? 2 : 2.5));
    });
    known.entries.forEach(([kind, title, value, anchor], at) => {
      const fits = Math.max(0, ...tokens(`${title} ${value}`).map((other) => like(word, other)));
      if (fits) add(`e${at}`, { kind, name: anchor, page: kind, title, lead: value, address: `${kind}s.html#${anchor}` }, number, fits * rare[number]);
    });
  });
  known.pages.forEach(([, , topics], page) => {
    const top = known.parts.findIndex(([of]) => of === page);
    for (const topic of topics) {
      const own = topic.split(" ").filter((word) => !IDLE.has(word));
      const whole = phrase === ` ${own.join(" ")} `;
      const inside = own.every((word) => asked.some((other) => like(other, word) > 0.8 || like(word, other) > 0.8));
      if (!whole && !inside) continue;
      const hit = add(`p${top}`, part(top), 0, 0);
      hit.extra = Math.max(hit.extra, whole ? 60 : 12 + 6 * own.length);
    }
  });
  const most = rare.reduce((sum, one) => sum + one, 0);
  const factor = { chapter: 1, appendix: 0.55, figure: 0.4, source: 0.3 };
  const shares = new Map();
  return [...hits.values()]
    .map((hit) => {
      const met = hit.for.reduce((sum, one, number) => sum + Math.min(one, rare[number]), 0) / most;
      const said = hit.for.reduce((sum, one) => sum + one, 0);
      return { ...hit, score: (said * met * met + hit.extra) * factor[hit.kind], met };
    })
    .filter((hit) => hit.extra || hit.met > 0.45)
    .sort((a, b) => b.score - a.score)
    .filter((hit) => {
      const own = shares.get(hit.name) ?? 0;
      shares.set(hit.name, own + 1);
      return own < PER_PAGE;
    });
};

const element = (name, words, attributes = {}) => Object.assign(document.createElement(name), { textContent: words, ...attributes });
const KINDS = { figure: "Figure", source: "Source" };
const show = (known, field, place) => {
  const question = field.value.trim();
  const found = question ? find(known, question) : [];
  const [chapters, register] = [false, true].map((own) => found.filter((hit) => own === hit.kind in KINDS));
  const list = element("ul", "", { className: "search" });
  for (const hit of [...chapters.slice(0, SHOWN), ...register.slice(0, SHOWN)]) { // chapters stand above registers
    const row = document.createElement("li");
    row.append(element("a", hit.title, { href: hit.address }));
    const beside = KINDS[hit.kind] ?? (hit.title === hit.page ? "" : hit.page);
    if (beside) row.append(element("span", beside, { className: "hit-kind" }));
    if (hit.lead) row.append(element("p", hit.lead, { className: "context" }));
    list.append(row);
  }
  const number = list.children.length;
  const count = found.length > number ? `The best ${number} of ${found.length}.` : `Found: ${number}, the best first.`;
  const none = "Nothing found. Fewer or other words may help.";
  place.replaceChildren(...(question ? [element("p", number ? count : none), list] : []));
};

const start = () => {
  const field = document.querySelector("main form.search input");
  const place = document.getElementById("search-results");
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  show(window.known, field, place);
  field.addEventListener("input", () => {
    history.replaceState(null, "", field.value ? `?q=${encodeURIComponent(field.value)}` : location.pathname);
    show(window.known, field, place);
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
};
document.addEventListener("DOMContentLoaded", start);
}
