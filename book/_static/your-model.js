// The ladder for a reader's own run: the formulas of analysis/costs/own.py at the same points as
// analysis/costs/uncertainty.py, so that page and command give the same numbers.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#own-run");
  const source = document.querySelector("#own-run-data");
  if (!form || !source) return;
  const data = JSON.parse(source.textContent);
  const fields = [...form.elements].filter((field) => field.name);
  const said = form.querySelector("[role=status]");
  const body = document.querySelector("#your-ladder tbody");
  const line = document.querySelector(".your-run");
  const notes = document.querySelector(".your-notes");
  const defaults = document.querySelector(".your-defaults");
  const command = document.querySelector(".your-command");
  const COST = { middle: "Middle", low: "From", high: "To", v3: "DeepSeek-V3" };

  // Inverse of the normal distribution: Wichura's algorithm AS 241.
  const poly = (c, x) => c.reduceRight((sum, a) => sum * x + a, 0);
  const A = [3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727];
  const B = [1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610];
  const C = [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4];
  const D = [1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9];
  const E = [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
  const F = [1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15];
  const score = (p) => {
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) return q * poly(A, 0.180625 - q * q) / poly(B, 0.180625 - q * q);
    const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    const z = r <= 5 ? poly(C, r - 1.6) / poly(D, r - 1.6) : poly(E, r - 5) / poly(F, r - 5);
    return q < 0 ? -z : z;
  };
  const Z90 = score(0.95);
  const quantile = ([shape, a, c, b], p) => {
    if (shape === "mixture") { // a and c are the ends of the scores, b the quantiles there
      const at = Math.min(Math.max((score(p) - a) / (c - a), 0), 1) * (b.length - 1);
      const i = Math.min(Math.floor(at), b.length - 2);
      return b[i] + (b[i + 1] - b[i]) * (at - i);
    }
    if (a === b) return c;
    if (shape === "uniform") return a + p * (b - a);
    if (shape === "triangular") {
      return p * (b - a) < c - a ? a + Math.sqrt(p * (b - a) * Math.max(c - a, 0))
        : b - Math.sqrt((1 - p) * (b - a) * Math.max(b - c, 0));
    }
    const z = score(p) / Z90;
    if (shape === "normal") return (a + b) / 2 + z * (b - a) / 2;
    return Math.exp((Math.log(a) + Math.log(b)) / 2 + z * (Math.log(b) - Math.log(a)) / 2);
  };

  // Scrambled Sobol points: each is the first, with the changes of its bits.
  const known = {};
  const points = (dimensions) => known[dimensions] ??= (() => {
    const [first, ...steps] = data.points[dimensions];
    return first.map((start, d) => {
      const column = new Float64Array(2 ** data.power);
      const all = new Int32Array(2 ** data.power);
      all[0] = start;
      for (let i = 1; i < all.length; i++) {
        const bit = 31 - Math.clz32(i);
        all[i] = all[i ^ (1 << bit)] ^ steps[bit][d] ^ start;
      }
      all.forEach((value, i) => { column[i] = Math.min(Math.max(value / 2 ** 30, 1e-12), 1 - 1e-12); });
      return column;
    });
  })();

  const hours = (x) => x.flop / (x.peak_flop_per_s * x.mfu * 3600);
  const capital = (x) => x.server_usd_per_gpu * x.network_overhead;
  const development = (x) => x.usd_per_gpu_hour * hours(x) * x.development_factor;
  const models = {
    gpu_hours: hours,
    energy_kwh: (x) => hours(x) * x.server_watts_per_gpu * x.load * x.pue / 1000,
    "run.amortised": (x) => {
      const rate = x.depreciation_oom_per_year;
      const lost = capital(x) * 10 ** (-rate * x.years_owned) * rate * Math.LN10 / 8766;
      return hours(x) * (lost + x.server_watts_per_gpu * x.load * x.pue / 1000 * x.usd_per_kwh * x.electricity_factor);
    },
    "run.report_price": (x) => x.v3_usd_per_gpu_hour * hours(x),
    "run.rental": (x) => x.usd_per_gpu_hour * hours(x),
    "run.development": development,
    "run.staff": (x) => development(x) + x.people * x.usd_per_person_year * x.months / 12,
    "run.cluster": (x) => x.gpus * capital(x),
  };
  const four = (value) => Number(value.toPrecision(4));
  const spread = (name, found) => {
    const asks = data.asks[name];
    const drawn = asks.filter((input) => Array.isArray(found[input]));
    const x = {};
    asks.forEach((input) => { x[input] = found[input]; });
    if (!drawn.length) {
      const value = models[name](x);
      return { value, low: value, high: value };
    }
    const columns = points(drawn.length).map((column, d) => column.map((p) => quantile(found[drawn[d]], p)));
    const outcomes = new Float64Array(2 ** data.power);
    for (let i = 0; i < outcomes.length; i++) {
      drawn.forEach((input, d) => { x[input] = columns[d][i]; });
      outcomes[i] = models[name](x);
    }
    outcomes.sort();
    const at = (p) => {
      const place = p * (outcomes.length - 1), i = Math.floor(place);
      return four(outcomes[i] + (outcomes[Math.min(i + 1, outcomes.length - 1)] - outcomes[i]) * (place - i));
    };
    return { value: at(0.5), low: at(data.tail), high: at(1 - data.tail) };
  };

  const text = (name) => form.elements[name].value.trim();
  const given = (name) => text(name) === "" ? null : Number(text(name));
  const words = { mfu: "Utilisation", price: "Rent", gpus: "Chips", days: "Days", people: "People", months: "Months", pay: "Cost of a person", gpu_hours: "Chip-hours", tokens: "Tokens" };
  const price = () => {
    const problems = [], asks = [];
    const model = data.models.find((m) => m.key === text("model"));
    const chip = data.chips.find((c) => c.key === text("chip"));
    const perToken = model ? model.flop_per_token
      : given("flop") ? given("flop") * 1e9 : given("active") ? 6e9 * given("active") : null;
    const value = Object.fromEntries(["gpus", "days", "mfu", "gpu_hours", "price", "people", "months", "pay"].map((n) => [n, given(n)]));
    value.tokens = given("tokens") && given("tokens") * 1e12;
    if (!perToken) problems.push("Give the parameters that a token uses, or the FLOPs a token.");
    if (!value.tokens) problems.push("Give the tokens of the run.");
    Object.entries(value).forEach(([name, number]) => {
      if (number === null) return;
      const [least, most, why] = data.asked[name];
      if (!(number > 0) || (name === "mfu" && number > 1)) problems.push(`${words[name]}: found ${number}, expected a number above 0${name === "mfu" ? " and at most 1" : ""}.`);
      else if (number < least || number > most) asks.push(`${words[name]}: ${number} is unusual; ${why}.`);
    });
    if (value.gpus !== null && value.days !== null) problems.push("Give the chips or the days: one follows from the other.");
    if (value.gpu_hours !== null && value.mfu !== null) problems.push("Give the chip-hours or the utilisation: one follows from the other.");
    if ((value.people === null) !== (value.months === null)) problems.push("People and their months belong together.");
    if (value.pay !== null && value.people === null) problems.push("The cost of a person needs the people and their months.");
    const found = { ...data.shared, ...chip.inputs };
    const why = { ...data.why, ...chip.why };
    const taken = (input) => { delete why[input]; };
    found.flop = perToken * value.tokens;
    if (value.gpu_hours !== null) {
      Object.assign(found, { flop: value.gpu_hours * 3600, peak_flop_per_s: 1, mfu: 1 });
      taken("mfu");
    } else if (value.mfu !== null) { found.mfu = value.mfu; taken("mfu"); }
    if (value.price !== null) { found.usd_per_gpu_hour = value.price; taken("usd_per_gpu_hour"); }
    if (found.usd_per_gpu_hour === undefined) problems.push(`No list price of ${chip.name} is known; give the rent of a chip-hour.`);
    const day = text("start");
    if (day) {
      found.years_owned = Math.max(0, (Date.parse(day) - Date.parse(chip.since)) / 864e5 / 365.25);
      taken("years_owned");
    }
    if (value.people !== null) Object.assign(found, { people: value.people, months: value.months });
    if (value.people === null || value.pay !== null) taken("usd_per_person_year");
    if (value.pay !== null) found.usd_per_person_year = value.pay;
    if (problems.length) return { problems, asks };
    const run = { hours: spread("gpu_hours", found), gpus: value.gpus };
    if (value.days !== null) run.gpus = run.hours.value / (value.days * 24);
    if (run.gpus !== null) found.gpus = run.gpus;
    run.energy = found.server_watts_per_gpu ? spread("energy_kwh", found) : null;
    run.rungs = data.rungs.filter((rung) => data.asks[rung.key].every((input) => input in found))
      .map((rung) => ({ ...rung, ...spread(rung.key, found) }));
    return { problems, asks, run, chip, model, why, found, value };
  };

  const plain = (number, digits = 4) => Number(number.toPrecision(digits)).toLocaleString("en", { maximumFractionDigits: 6 });
  const usd = (value) => {
    const [scale, unit] = value >= 1e9 ? [1e9, "B"] : value >= 1e6 ? [1e6, "M"] : [1, ""];
    return "$" + (unit ? (value / scale).toLocaleString("en", { minimumSignificantDigits: 4, maximumSignificantDigits: 4, useGrouping: false }) : Math.round(value).toLocaleString("en")) + unit;
  };
  const ends = (x, digits) => x.low === x.high ? plain(x.value, digits) : `${plain(x.value, digits)} (${plain(x.low, digits)} to ${plain(x.high, digits)})`;
  const cell = (row, label, content, number) => {
    const made = row.insertCell();
    made.dataset.label = label;
    made.textContent = content;
    if (number) made.className = "number";
  };
  const list = (where, lines) => where.replaceChildren(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  const address = () => {
    const set = new URLSearchParams();
    fields.forEach((field) => { if (field.value.trim() !== "") set.set(field.name, field.value.trim()); });
    return `${location.href.split("#")[0]}#${set}`;
  };
  const terminal = ({ model, chip, value }) => {
    const parts = ["costof cost", model ? model.key : "config.json", `--tokens ${text("tokens")}e12`, `--chip ${chip.key}`];
    Object.entries(value).forEach(([name, number]) => { if (name !== "tokens" && number !== null) parts.push(`--${name.replace("_", "-")} ${number}`); });
    if (text("start")) parts.push(`--start ${text("start")}`);
    return parts.join(" ");
  };
  const csv = ({ run }) => {
    const rows = [["key", "cost", "usd", "low", "high", "deepseek_v3_usd", "definition", "leaves_out"]];
    run.rungs.forEach((r) => rows.push([r.key, r.label, r.value, r.low, r.high, r.v3, r.definition, r.leaves_out]));
    rows.push(["gpu_hours", "Chip-hours", run.hours.value, run.hours.low, run.hours.high, "", address(), ""]);
    return rows.map((row) => row.map((c) => `"${String(c).replaceAll('"', '""')}"`).join(",")).join("\r\n");
  };

  let last = null;
  const show = () => {
    form.querySelector(".own").hidden = text("model") !== "";
    const made = price();
    list(notes, [...made.problems, ...made.asks]);
    notes.hidden = !notes.children.length;
    body.replaceChildren();
    last = made.run ? made : null;
    [defaults, command].forEach((part) => { part.hidden = !made.run; });
    line.textContent = made.run ? `${ends(made.run.hours)} chip-hours on ${made.chip.name}${made.run.gpus === null ? "" : `; ${ends({ value: made.run.hours.value / made.run.gpus / 24, low: made.run.hours.low / made.run.gpus / 24, high: made.run.hours.high / made.run.gpus / 24 }, 3)} days on ${plain(made.run.gpus)} chips`}${made.run.energy ? `; ${ends(made.run.energy)} kWh` : ""}.` : "";
    if (!made.run) return;
    made.run.rungs.forEach((rung) => {
      const row = body.insertRow();
      row.dataset.key = rung.key;
      Object.assign(row.dataset, { value: rung.value, low: rung.low, high: rung.high });
      row.title = rung.definition;
      cell(row, "Cost", rung.label);
      cell(row, COST.middle, usd(rung.value), true);
      cell(row, COST.low, usd(rung.low), true);
      cell(row, COST.high, usd(rung.high), true);
      cell(row, COST.v3, usd(rung.v3), true);
      cell(row, "Leaves out", rung.leaves_out);
    });
    list(defaults.querySelector("ul"), Object.entries(made.why).filter(([input]) => input in made.found).map(([input, [why, place, unit]]) => {
      const found = made.found[input];
      const amount = Array.isArray(found) ? `${plain(quantile(found, 0.5))} (${plain(quantile(found, data.tail))} to ${plain(quantile(found, 1 - data.tail))})` : plain(found);
      return `${input.replaceAll("_", " ")}: ${amount} ${unit}. ${why} [${place}]`;
    }));
    command.textContent = terminal(made);
    form.querySelector(".csv").href = `data:text/csv;charset=utf-8,${encodeURIComponent(csv(made))}`;
  };
  const open = () => {
    const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    const values = asked.size ? Object.fromEntries(asked) : data.start;
    fields.forEach((field) => { field.value = field.name in values ? String(values[field.name]) : ""; });
    if (form.elements.chip.selectedIndex < 0) form.elements.chip.value = data.start.chip;
    if (form.elements.model.selectedIndex < 0) form.elements.model.value = "";
    show();
  };
  const copy = async (words, done) => {
    try {
      await navigator.clipboard.writeText(words);
      said.textContent = done;
    } catch { said.textContent = words; }
  };
  form.addEventListener("input", () => { show(); history.replaceState(null, "", address()); said.textContent = ""; });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    history.replaceState(null, "", location.href.split("#")[0]);
    open();
    said.textContent = "Back at the first values.";
  });
  form.querySelector("[data-link]").addEventListener("click", () => copy(address(), "Link copied."));
  form.querySelector("[data-cite]").addEventListener("click", () => {
    const edition = document.querySelector(".chapter-foot")?.textContent.match(/Edition [\d.]+, \d+ \w+ \d+/)?.[0] ?? "";
    const name = last?.model ? last.model.name : "own model";
    copy(`The cost of DeepSeek-V3, Your model: ${name}, ${text("tokens")} trillion tokens on ${last ? last.chip.name : text("chip")}. ${edition}. ${address()}`, "Citation copied.");
  });
  window.addEventListener("hashchange", () => { if (location.hash.includes("=")) open(); });
  form.hidden = false;
  open();
});
