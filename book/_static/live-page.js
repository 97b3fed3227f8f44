// A reader's assumptions on the page: its numbers and words follow, its address carries them.
// Conditions are those of press/words.py.
"use strict";
{
const report = window.report;
const { ENGLISH, LANGUAGES, DASH, format, suited, said, clear, money } = report.formats;
const root = document.documentElement;
const home = new URL("../", document.currentScript.src);

// --- Assumptions ------------------------------------------------------------------------------------------
const live = report.live, about = live.about;
let assumed = {}, answer, stays = new Map();
const LARGEST = 1e30;

const input = (address) => {
  const places = live.byAddress.get(address);
  if (!places) return undefined;
  const uncertain = Object.entries(about.uncertain).find(([, known]) => known.address === address)?.[1];
  const nodes = places.map((i) => live.nodes[i]);
  const found = places.find((i) => (uncertain ? live.nodes[i].probability === 0.5 : live.nodes[i].end === 0)) ?? places[0];
  const node = live.nodes[found], published = live.base[found];
  if (uncertain) {
    const ends = [0.05, 0.95].map((p) => live.quantile(node, p));
    return { address, label: uncertain.label, unit: uncertain.unit, published, low: ends[0], high: ends[1], source: uncertain.source, place: "", spread: true };
  }
  if (nodes[0].unit === "date" || !about.inputs[address]) return undefined;
  const [label, low, high, source, place] = about.inputs[address];
  return { address, label, unit: node.unit ?? "1", published, low, high, source, place, spread: false };
};

const number = (text) => (typeof text === "number" ? text
  : /^\s*[+-]?(\d+(,\d{3})*(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(String(text).replaceAll(",", "")) : NaN);
const refusal = (address, given) => {
  const known = input(address);
  if (!known) return `found “${String(address).slice(0, 60)}”, but no live number rests on an input of this name`;
  const value = number(given);
  const found = `found “${String(given).slice(0, 30)}” for ${address}`;
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST) return `${found}, expected a number such as ${known.published}`;
  if (value < 0 && known.published >= 0 && !about.signed.includes(known.unit)) return `${found}, expected at least 0`;
  if (!live.movable(address)) return `${address} shapes the computation and cannot be changed in the page; use “python -m analysis what-if”`;
  return "";
};

// Checks and takes a whole set of assumptions; throws, and changes nothing, where one will not do.
const take = (changes, { everything = true, quick = true } = {}) => {
  if (typeof changes !== "object" || changes === null) throw new Error("expected inputs with their values, such as {\"V3-009\": 3.42}");
  const entries = Object.entries(changes).map(([address, given]) => {
    const why = refusal(address, given);
    if (why) throw new Error(why);
    return [address, number(given)];
  });
  const next = Object.fromEntries(entries.filter(([address, to]) => to !== input(address).published || input(address).spread || input(address).low !== null));
  let found;
  try {
    found = live.answer(next, quick);
    if (everything) for (const key of Object.keys(live.roots)) if (found.touched(key) && found.follows(key)) found.figure(key);
  } catch (error) {
    const values = Object.entries(next).map(([address, to]) => `${address} = ${to}`).join(", ");
    throw new Error(`with ${values} the computation has ${error.message}; nothing was changed`);
  }
  assumed = next;
  answer = entries.length ? found : undefined;
  const rows = Object.keys(next).map((address) => (address.includes("/") ? address.replace(/\.[^.]*$/, "") : address.split(".")[0]));
  stays = new Map(Object.entries(about.figures).filter(([key, [, , , ...rest]]) =>
    (rest.length ? rest[4].some((row) => rows.includes(row)) : answer?.touched(key) && !answer.follows(key)))
    .map(([key, [, , , ...rest]]) => [key, rest[3] ?? "the change shapes how it is computed"]));
};

const same = (a, b) => a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
const now = (key) => { // a figure or a fact as it is and as it was published; nothing if unknown
  if (live.roots[key]) {
    const before = live.published(key);
    const after = answer?.touched(key) && answer.follows(key) ? answer.figure(key) : before;
    const moved = ["value", "low", "high"].some((end) => !same(after[end], before[end]));
    return { before, after: moved ? after : before, moved };
  }
  const known = about.figures[key] ?? (about.cited[key] && [, , , ...about.cited[key]]);
  const place = input(key);
  const before = known ? { value: known[3], low: known[4], high: known[5] } : place && { value: place.published, low: place.low, high: place.high };
  if (!before) return undefined;
  const to = assumed[key];
  return to === undefined ? { before, after: before, moved: false } : { before, after: { value: to, low: null, high: null }, moved: true };
};
const movedFigures = () => Object.fromEntries(Object.keys(live.roots).map((key) => [key, now(key)]).filter(([, found]) => found.moved).map(([key, found]) => [key, found]));

// --- The page ---------------------------------------------------------------------------------------------
const marks = LANGUAGES[root.lang] ?? ENGLISH;
const before = new WeakMap();
const printed = (found, key, part, spec) => {
  const numbers = found.after;
  const shown = part === "range" ? (numbers.low !== null && !same(numbers.low, numbers.high) ? [numbers.low, numbers.high] : [numbers.value]) : [numbers[part] ?? numbers.value];
  const print = (how) => shown.map((value) => format(value, how, marks)).join(DASH);
  const text = print(clear(shown, spec, key in assumed ? 0.001 : 0.04));
  const was = part === "range" ? found.before.low ?? found.before.value : found.before[part] ?? found.before.value;
  return text === format(was, spec, marks) ? print(clear(shown, spec, 0.001)) : text;
};
const TRUTHS = {
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b, "==": (a, b) => a === b, "!=": (a, b) => a !== b,
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
  not: (a) => !a, and: (...all) => all.every(Boolean), or: (...all) => all.some(Boolean),
};
const computed = (tree) => {
  if (!Array.isArray(tree)) return tree;
  const [first, ...rest] = tree;
  if (TRUTHS[first]) return TRUTHS[first](...rest.map(computed));
  const found = now(first).after;
  return found[rest[0]] ?? found.value;
};

const note = (link, text, kind) => {
  const card = link.nextElementSibling;
  if (!card?.classList.contains("card")) return;
  let line = card.querySelector("u");
  if (!text) { line?.remove(); return; }
  if (!line) card.prepend(line = document.createElement("u"));
  line.className = kind;
  line.textContent = text;
};
const show = () => {
  let moved = 0;
  document.querySelectorAll("[data-num]").forEach((link) => {
    const [, key, part, spec] = link.dataset.num.match(/^([^@]*)@(\w+):(.*)$/s);
    const found = now(key);
    if (!before.has(link)) before.set(link, link.textContent);
    const text = found?.moved ? printed(found, key, part, spec) : before.get(link);
    if (link.textContent !== text) link.textContent = text;
    link.classList.toggle("moved", Boolean(found?.moved));
    link.classList.toggle("stays", stays.has(key));
    moved += found?.moved ? 1 : 0;
    note(link, found?.moved ? `Your assumptions: ${text}. Published: ${before.get(link)}` : stays.has(key) ? `This number does not follow: ${stays.get(key)}` : "", found?.moved ? "yours" : "stays");
  });
  document.querySelectorAll(".word[data-choice]").forEach((word) => {
    if (!before.has(word)) before.set(word, word.innerHTML);
    const cases = JSON.parse(word.dataset.choice), otherwise = cases.pop();
    let chosen;
    try { chosen = answer ? (cases.find(([tree]) => computed(tree))?.[1] ?? otherwise) : undefined; } catch { chosen = undefined; }
    const holder = document.createElement("span");
    holder.innerHTML = before.get(word);
    const changed = chosen !== undefined && holder.textContent.trim() !== chosen.trim();
    if (changed) word.textContent = chosen; else if (word.innerHTML !== before.get(word)) word.innerHTML = before.get(word);
    word.classList.toggle("moved", changed);
    word.title = changed ? `Published: ${holder.textContent}` : "";
  });
  document.querySelectorAll(".register-entry[id^=figure-]").forEach((entry) => {
    const value = entry.querySelector(".register-value"), key = slugs.get(entry.id.slice(7)), found = key && now(key);
    value?.parentElement.querySelector(".register-yours")?.remove();
    const text = found?.moved ? `yours: ${said(found.after.value, about.figures[key][1])}` : stays.has(key) ? "does not follow" : "";
    if (!text) return;
    const yours = document.createElement("span");
    yours.className = `register-yours ${found.moved ? "moved" : "stays"}`;
    yours.textContent = text;
    value.after(" ", yours);
  });
  root.classList.toggle("assumed", Boolean(answer));
  return moved;
};
const slugs = new Map(Object.keys(about.figures).map((key) => [key.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, ""), key]));

// --- The address --------------------------------------------------------------------------------------------
const written = () => Object.entries(assumed).map(([address, to]) => encodeURIComponent(`${address}:${to}`).replace(/%2F/g, "/").replace(/%3A/g, ":")).join(",");
const carrying = (url) => {
  const kept = [...url.searchParams].filter(([name]) => name !== "assume").map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  if (answer) kept.push(`assume=${written()}`);
  const made = new URL(url);
  made.search = kept.join("&");
  return made.href;
};
const remember = () => {
  try { history.replaceState(history.state, "", carrying(new URL(location.href))); } catch { /* a browser that refuses this for files: the link carries them */ }
};
const carry = (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  const url = new URL(link.href, location.href);
  const inside = url.protocol === home.protocol && url.host === home.host && url.pathname.startsWith(home.pathname) && /(\.html|\/)$/.test(url.pathname);
  if (!inside || link.hasAttribute("download") || (url.pathname === location.pathname && url.hash && !link.classList.contains("carry"))) return;
  if (answer || url.searchParams.has("assume")) link.href = carrying(url);
};
for (const kind of ["click", "auxclick", "contextmenu"]) document.addEventListener(kind, carry, true);
const fromAddress = () => {
  const text = new URLSearchParams(location.search).get("assume");
  if (!text) return {};
  return Object.fromEntries(text.split(",").map((pair) => {
    const at = Math.max(pair.lastIndexOf(":"), pair.lastIndexOf("=")); // as what-if writes it, too
    return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  }));
};

// A change is answered at once from few points; the full ones follow, one simulation at a time.
const heard = [];
const tell = (told) => {
  heard.forEach((hear) => hear(told));
  document.dispatchEvent(new Event("assumed"));
};
const assume = (changes, { quick = false } = {}) => {
  take(changes, { everything: !quick });
  const moved = show();
  if (!quick) remember();
  tell({ moved, quick, exact: !answer });
  if (answer) setTimeout(refine, 150, answer);
};
let exact;
const refine = async (mine) => {
  if (answer !== mine) return;
  const full = live.answer(assumed);
  try {
    for (const key of Object.keys(live.roots)) {
      if (!full.touched(key) || !full.follows(key)) continue;
      full.figure(key);
      await new Promise((resume) => { setTimeout(resume); });
      if (answer !== mine) return;
    }
  } catch { return; } // what few points give then stands
  answer = exact = full;
  tell({ moved: show(), quick: true, exact: true });
};

// --- Charts whose rows are live figures -----------------------------------------------------------------------
const chart = (spec) => { // its rows with the reader's numbers; whether any row is a live figure
  let follows = false;
  for (const row of Object.values(spec.datasets ?? {}).flat()) {
    const found = marks === ENGLISH && live.roots[row.key] && row.money !== undefined && now(row.key);
    if (!found || !same(row.value, found.before.value)) continue;
    follows = true;
    if (!found.moved) continue;
    const { value, low, high } = found.after, said = money(value, low, high);
    Object.assign(row, { value, low: low ?? value, high: high ?? value, text: row.text?.replace(row.money, () => said), money: said });
  }
  return follows;
};
document.querySelectorAll("figure.chart").forEach((figure) => {
  const spec = figure.querySelector(".chart-spec")?.textContent;
  figure.classList.toggle("follows", Boolean(spec?.includes('"money"')) && chart(JSON.parse(spec)));
});
Object.assign(report, {
  page: {
    assume, chart, settled: () => answer === exact || !answer, input, refusal, now, number, said, format, suited, stays: () => stays, assumed: () => ({ ...assumed }), movedFigures, fromAddress, written, home,
    link: () => carrying(new URL(location.href)), onChange: (tell) => heard.push(tell),
  },
  assume: async (changes = {}) => {
    take(changes, { quick: false });
    exact = answer;
    const moved = show();
    remember();
    tell({ moved, quick: false, exact: true });
    return Object.fromEntries(Object.entries(movedFigures()).map(([key, found]) => [key, found.after]));
  },
});
report.page.ready = new Promise((done) => { setTimeout(() => { live.ready(); done(); }); });
}
