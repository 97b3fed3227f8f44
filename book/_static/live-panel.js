// Where a reader changes inputs: a panel for one number, a bar for all assumptions, what moved, presets.
"use strict";
{
const { page, live } = window.report;
const about = live.about;
const SHOWN = 6;
const h = (tag, given = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};
const button = (text, act, more = {}) => h("button", { type: "button", onclick: act, ...more }, text);
const href = (path) => new URL(path, page.home).href;
const names = (key) => about.figures[key]?.[0] ?? page.input(key)?.label ?? key;
const figureLink = (key) => h("a", { href: href(`figures.html#figure-${key.replace(/[^A-Za-z0-9-]+/g, "-")}`), className: "carry" }, names(key));
const range = (found, unit) => (found.low === null || found.low === found.high ? "" : ` (${page.format(found.low, page.suited(unit, found.low))}–${page.format(found.high, page.suited(unit, found.high))})`);
const stated = (found, unit) => `${page.said(found.value, unit)}${range(found, unit)}`;

// --- The bar ------------------------------------------------------------------------------------------------
const status = h("span", { className: "live-status", role: "status" });
const mine = button("Your assumptions", () => overview(mine), { className: "live-mine" });
const headline = document.querySelector("[data-headline]")?.dataset.headline;
const result = h("strong", { className: "live-result", hidden: true });
const bar = h("aside", { className: "live-bar", hidden: true, lang: "en", ariaLabel: "Your assumptions" },
  result,
  mine,
  button("reset", () => { page.assume({}); say("Back at the published edition."); }),
  button("copy link", async () => {
    try { await navigator.clipboard.writeText(page.link()); say("Link copied."); } catch { say("The address of this page holds your assumptions."); }
  }),
  button("what moved", (event) => whatMoved(event.currentTarget)),
  status);
const printed = h("p", { className: "live-print", lang: "en" });
const say = (text) => { status.textContent = text; };

// --- The panel ----------------------------------------------------------------------------------------------
let opener, redraw = () => {};
const panel = h("section", { className: "live-panel", hidden: true, lang: "en", role: "dialog" });
const close = () => {
  panel.hidden = true;
  redraw = () => {};
  (opener?.isConnected && opener.checkVisibility() ? opener : bar.hidden ? opener?.closest(".num-box")?.querySelector("a") : mine)?.focus();
};
panel.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  close();
});
const open = (from, title, ...content) => {
  if (panel.hidden) opener = from;
  const head = h("h2", { tabIndex: -1 }, title);
  panel.ariaLabel = title;
  panel.replaceChildren(h("div", { className: "live-head" }, head, button("Close", close, { className: "live-close" })), ...content);
  panel.hidden = false;
  panel.scrollTop = 0;
  head.focus({ preventScroll: true });
};

// One input: what was published, by whom, a typed field and a slider.
let fields = 0;
const field = (address, key) => {
  const known = page.input(address), id = `live-${fields += 1}`;
  const value = () => page.assumed()[address] ?? known.published;
  let [least, most] = known.low !== null && known.low < known.high ? [known.low, known.high] : [known.published / 2, known.published * 2].sort((a, b) => a - b);
  const given = known.low !== null && known.low < known.high;
  if (least === most) [least, most] = [0, 1];
  const problem = h("span", { className: "live-problem", id: `${id}-problem`, role: "alert" });
  const typed = h("input", { type: "text", inputMode: "decimal", id, autocomplete: "off", spellcheck: false, size: 10, value: short(value()) });
  typed.setAttribute("aria-describedby", `${id}-about ${id}-problem`);
  const slider = h("input", { type: "range", min: least, max: most, step: (most - least) / 200, value: value(), ariaLabel: `${known.label}, slider` });
  slider.setAttribute("aria-valuetext", page.said(value(), known.unit));
  const set = (to, quick) => {
    const why = page.refusal(address, to);
    problem.textContent = why;
    typed.ariaInvalid = String(Boolean(why));
    if (why) return;
    try { page.assume({ ...page.assumed(), [address]: page.number(to) }, { quick }); } catch (error) {
      problem.textContent = error.message;
      typed.ariaInvalid = "true";
    }
  };
  typed.addEventListener("change", () => set(typed.value, false));
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter") set(typed.value, false); });
  slider.addEventListener("input", () => { typed.value = short(Number(slider.value)); set(Number(slider.value), true); });
  slider.addEventListener("change", () => set(Number(slider.value), false));
  const back = button("as published", () => {
    const { [address]: gone, ...rest } = page.assumed();
    page.assume(rest);
    typed.focus();
  }, { ariaLabel: `${known.label}: as published` });
  const ends = `${page.format(least, page.suited(known.unit, least))} to ${page.format(most, page.suited(known.unit, most))}`;
  const moves = key && live.roots[key] ? live.effect(key, address, [least, most]) : [];
  const unit = about.figures[key]?.[1];
  const says = [`Published: ${known.spread ? `${page.said(known.published, known.unit)} in the middle of a distribution` : page.said(known.published, known.unit)}, `,
    known.place ? h("a", { href: href(known.place), className: "carry" }, known.source) : known.source,
    `. ${given ? `${known.spread ? "Nine tenths lie within" : "Range"} ${ends}` : `No range is stated; the slider runs from ${ends}`}`,
    moves.length && moves.every((x) => x !== undefined) ? `, over which the number runs from ${page.said(moves[0], unit)} to ${page.said(moves[1], unit)}.` : ".",
    known.spread ? " A value of yours is taken as exact." : ""];
  const inputs = h("div", { className: "live-inputs" }, typed, h("span", { className: "live-unit" }, known.unit === "1" ? "" : known.unit), slider, back);
  const said = h("p", { id: `${id}-about`, className: "live-about" }, ...says);
  const row = h("div", { className: "live-field" }, h("label", { htmlFor: id }, known.label), inputs, said, problem);
  const follow = () => {
    const changed = address in page.assumed();
    row.classList.toggle("changed", changed);
    back.hidden = !changed;
    if (document.activeElement !== typed || problem.textContent === "") typed.value = short(value());
    if (document.activeElement !== slider) slider.value = value();
    slider.setAttribute("aria-valuetext", page.said(value(), known.unit));
  };
  follow();
  return { row, follow, id, inputs, about: said, problem };
};
const short = (x) => String(Number(x.toPrecision(6)) === x || Math.abs(x - Number(x.toPrecision(6))) > 1e-3 * Math.abs(x) ? x : Number(x.toPrecision(6)));

const presets = () => h("div", { className: "live-presets" }, h("p", {}, "Or take somebody’s assumptions:"),
  ...about.presets.map(({ label, values, why }) => button(label, () => {
    page.assume(values);
    overview(mine);
  }, { title: why.join(" ") })));

// --- A number: its inputs in the order in which they matter ------------------------------------------------------
const ranked = (key) => live.inputsOf(key).filter((address) => page.input(address) && live.movable(address)).map((address) => {
  const known = page.input(address), ends = known.low !== null && known.low < known.high;
  const [low, high] = live.effect(key, address, ends ? [known.low, known.high] : [known.published * 0.9, known.published * 1.1]);
  return [address, low === undefined || high === undefined ? 0 : Math.abs(high - low)];
}).sort((a, b) => b[1] - a[1]).map(([address]) => address);

const change = (key, from) => {
  const isFact = !about.figures[key];
  if (isFact && !(page.input(key) && live.movable(key))) return open(from, "This number does not follow", h("p", {}, "No live number of this report rests on it, so that a change here would move nothing."));
  if (!isFact && !live.roots[key]) return open(from, "This number does not follow", h("p", {}, `${names(key)} It is computed, but not live: ${about.figures[key][6]}.`));
  const addresses = isFact ? [key] : ranked(key);
  if (!addresses.length) return open(from, "This number does not follow", h("p", {}, `${names(key)} It rests on dates alone, and the page changes numbers.`));
  const head = h("p", { className: "live-value", role: "status" });
  const list = h("div"), fieldsShown = [];
  const more = button("", () => add(addresses.length));
  const add = (upTo) => {
    const start = fieldsShown.length;
    addresses.slice(start, upTo).forEach((address) => {
      const made = field(address, isFact ? "" : key);
      fieldsShown.push(made);
      list.append(made.row);
    });
    more.textContent = `Show the other ${addresses.length - fieldsShown.length} inputs`;
    more.hidden = fieldsShown.length === addresses.length;
    if (start && fieldsShown[start]) fieldsShown[start].row.querySelector("input").focus();
  };
  const follow = () => {
    const found = page.now(key), unit = isFact ? page.input(key).unit : about.figures[key][1];
    head.textContent = found.moved ? `${stated(found.after, unit)}; published: ${stated(found.before, unit)}` : stated(found.before, unit);
    head.classList.toggle("moved", found.moved);
    fieldsShown.forEach((made) => made.follow());
  };
  open(from, names(key), head, list, more, presets());
  add(SHOWN);
  redraw = follow;
  follow();
};

// --- All assumptions, and all that moved ----------------------------------------------------------------------------
const overview = (from) => {
  const addresses = Object.keys(page.assumed());
  const made = addresses.map((address) => field(address, ""));
  open(from, "Your assumptions", h("p", {}, addresses.length ? "The numbers on every page follow these; nothing is stored but in the address." : "None: every number is the published one."), ...made.map((one) => one.row), presets());
  redraw = () => (Object.keys(page.assumed()).join() === addresses.join() ? made.forEach((one) => one.follow()) : overview(from));
};
const whatMoved = (from) => {
  const draw = () => {
    const size = ({ before, after }) => (before.value ? Math.abs(after.value / before.value - 1) : after.value ? Infinity : 0);
    const found = Object.entries(page.movedFigures()).sort((a, b) => size(b[1]) - size(a[1]));
    const rows = found.map(([key, { before, after }]) => h("tr", {}, h("th", { scope: "row" }, figureLink(key)), h("td", {}, stated(before, about.figures[key][1])), h("td", {}, stated(after, about.figures[key][1]))));
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...["Number", "Published", "Yours"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, ...rows));
    const stays = [...page.stays()].map(([key, why]) => h("li", {}, figureLink(key), `: ${why}`));
    open(from, `What moved: ${found.length} numbers, the largest change first`, found.length ? table : h("p", {}, "No number moves."),
      ...(stays.length ? [h("h3", {}, "These rest on what you changed and do not follow"), h("ul", {}, ...stays)] : []));
  };
  draw();
  redraw = draw;
};

page.onChange(({ moved, quick }) => {
  const listed = Object.entries(page.assumed());
  if (headline) {
    const { before, after } = page.now(headline), unit = about.figures[headline][1];
    result.hidden = !listed.length;
    result.textContent = `Your V3: ${page.format(after.value, page.suited(unit, after.value).replace("4", "3"))}, ${page.format(after.value / before.value, "~2x")} ours`;
  }
  bar.hidden = !listed.length;
  mine.textContent = `Your assumptions (${listed.length})`;
  printed.textContent = listed.length ? `Not the published edition. Made with ${listed.map(([address, to]) => `${names(address)} = ${to}`).join("; ")}.` : "";
  if (!quick) say(listed.length ? `${moved} ${moved === 1 ? "number" : "numbers"} on this page moved.` : "");
  if (!panel.hidden && !(quick && panel.querySelector("table"))) redraw();
});
document.body.append(bar, panel);
document.querySelector("#main-content")?.prepend(printed);
Object.assign(window.report, { change, overview, field, presets });

// What the address asks for; what will not do is refused with its reason.
try {
  page.assume(page.fromAddress());
} catch (error) {
  bar.hidden = false;
  say(`The assumptions in the address are not taken: ${error.message}`);
}
}
