// A reader's assumptions on the page: its numbers and words follow, its address carries them.
// Number formats are those of press/formats.py, conditions those of press/words.py.
"use strict";
{
const report = window.report;
const root = document.documentElement;
const home = new URL("../", document.currentScript.src);

// --- Formats ----------------------------------------------------------------------------------------------
const NARROW = "\u202f", TIMES = "\u00d7", MINUS = "\u2212", DASH = "\u2013", FIXED = "\u00a0";
const SCALES = { "": 1, K: 1e3, L: 1e5, M: 1e6, B: 1e9, T: 1e12 };
const ENGLISH = { decimal: ".", group: ",", last: false, gap: "", percent: NARROW, indian: false };
const LANGUAGES = {
  de: { ...ENGLISH, decimal: ",", group: ".", last: true, gap: FIXED },
  nl: { ...ENGLISH, decimal: ",", group: ".", gap: FIXED, percent: "" },
  vi: { ...ENGLISH, decimal: ",", group: ".", last: true, gap: FIXED, percent: "" },
  hi: { ...ENGLISH, percent: "", indian: true },
  fil: { ...ENGLISH, percent: "" },
};
const COUNTED = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const PARTS = [[0.1, "a tenth"], [0.2, "a fifth"], [0.25, "a quarter"], [1 / 3, "a third"], [0.4, "two fifths"], [0.5, "half"],
  [0.6, "three fifths"], [2 / 3, "two thirds"], [0.75, "three quarters"], [0.8, "four fifths"], [0.9, "nine tenths"]];
const PATTERN = /^(\+?)([$€¥]?)(,?)(?:\.(\d)|~(\d))?(?:(\/)(?=[KLMBT]))?([KMBT%x]|(?<=\/)L)?( .+)?$/;
const { halfEven } = report.maths;
const raised = (digits) => digits.replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
const power = (text) => {
  const [mantissa, exponent] = text.split("e");
  return [mantissa, TIMES, `10${raised(String(Number(exponent)))}`].join(FIXED);
};
const group = (text) => {
  const [whole, rest] = text.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`);
};
const plain = (x, most) => Number(x.toPrecision(most)).toString();
const digitsOf = (number, places, significant, comma) => {
  const print = (text) => (comma ? group(text) : text);
  if (places !== undefined) {
    const factor = 10 ** places;
    return print((Math.floor(number * factor + 0.5 + 1e-9) / factor).toFixed(places));
  }
  if (significant === undefined) {
    if (number >= 1e15) return power(Number(number.toPrecision(12)).toExponential());
    return print(Number.isInteger(number) ? number.toFixed(0) : plain(number, 12));
  }
  if (number === 0) return "0";
  const kept = Number(significant) - 1 - Math.floor(Math.log10(number));
  const rounded = report.maths.decimals(number, kept);
  if (rounded >= 1e15) return power(halfEven(number, Number(significant)).toExponential(Number(significant) - 1));
  return print(rounded.toFixed(Math.max(kept, 0)));
};
const format = (value, spec = "", marks = ENGLISH) => {
  const worded = { count, times, part }[spec.toLowerCase()];
  if (worded) {
    const words = worded(value, marks);
    return /[A-Z]/.test(spec[0]) ? words[0].toUpperCase() + words.slice(1) : words;
  }
  const [, sign, currency, comma, places, significant, silent, scale = "", suffix = ""] = spec.match(PATTERN) ?? spec.match(/(?:)/);
  const number = scale === "%" ? value * 100 : value / (SCALES[scale] ?? 1);
  let body = digitsOf(Math.abs(number), places, significant, Boolean(comma));
  if (marks.indian && body.includes(",")) {
    const [whole, rest] = body.replaceAll(",", "").split(".");
    body = [whole.slice(0, -3).replace(/\B(?=(\d\d)+$)/g, ","), whole.slice(-3)].join(",") + (rest === undefined ? "" : `.${rest}`);
  }
  body = body.replace(/[,.]/g, (c) => (c === "," ? marks.group : marks.decimal));
  if (scale === "%") body += `${marks.percent}%`;
  else if (scale === "x") body += NARROW + TIMES;
  else if (scale && !silent) body += scale;
  if (currency) body = (marks.last ? [body, currency] : [currency, body]).join(marks.gap);
  const before = number < 0 && /[1-9]/.test(body) ? MINUS : sign && number > 0 ? "+" : "";
  return before + body + suffix;
};
const count = (value, marks = ENGLISH) => (marks === ENGLISH && Number.isInteger(value) && COUNTED[value]) || format(value, ",", marks);
const times = (value, marks) => {
  if (marks !== ENGLISH) return format(value, "~2x", marks);
  const near = halfEven(value, 2);
  return { 0.5: "half", 1: "once", 2: "twice" }[near] ?? `${count(near)} times`;
};
const part = (value, marks) => {
  const [near, words] = PARTS.reduce((a, b) => (Math.abs(b[0] - value) < Math.abs(a[0] - value) ? b : a));
  return marks === ENGLISH && Math.abs(near - value) <= 0.01 ? words : format(value, ".0%", marks);
};
const suited = (unit, value) => {
  if (unit === "share") return "~3%";
  if (unit === "ratio") return "~3x";
  const size = Math.abs(value), scale = size >= 1e12 ? "T" : size >= 1e9 ? "B" : size >= 1e6 ? "M" : "";
  if (unit.startsWith("USD")) return scale || size < 1e3 ? `$~4${scale}` : "$,.0";
  if (size >= 1e15) return "~4";
  return size >= 1e9 ? `~4${scale}` : Number.isInteger(value) || size >= 1e4 ? ",.0" : "~4";
};
const said = (value, unit) => {
  const per = unit.replace(/^USD/, "");
  return `${format(value, suited(unit, value))}${["1", "share", "ratio", "text", "date", ""].includes(per) ? "" : ` ${per.replace(/^\//, "per ")}`}`;
};

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
const take = (changes, everything = true) => {
  if (typeof changes !== "object" || changes === null) throw new Error("expected inputs with their values, such as {\"V3-009\": 3.42}");
  const entries = Object.entries(changes).map(([address, given]) => {
    const why = refusal(address, given);
    if (why) throw new Error(why);
    return [address, number(given)];
  });
  const next = Object.fromEntries(entries.filter(([address, to]) => to !== input(address).published || input(address).spread || input(address).low !== null));
  let found;
  try {
    found = live.answer(next);
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
const printed = (numbers, part, spec) => {
  if (part === "range" && numbers.low !== null && !same(numbers.low, numbers.high)) return [numbers.low, numbers.high].map((end) => format(end, spec, marks)).join(DASH);
  return format(part === "range" ? numbers.value : numbers[part] ?? numbers.value, spec, marks);
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
    const text = found?.moved ? printed(found.after, part, spec) : before.get(link);
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

const heard = [];
const assume = (changes, { quick = false } = {}) => {
  take(changes, !quick);
  const moved = show();
  if (!quick) remember();
  heard.forEach((tell) => tell({ moved, quick }));
};
Object.assign(report, {
  page: {
    assume, input, refusal, now, number, said, format, suited, stays: () => stays, assumed: () => ({ ...assumed }), movedFigures, fromAddress, written, home,
    link: () => carrying(new URL(location.href)), onChange: (tell) => heard.push(tell),
  },
  assume: async (changes = {}) => {
    assume(changes);
    return Object.fromEntries(Object.entries(movedFigures()).map(([key, found]) => [key, found.after]));
  },
});
}
