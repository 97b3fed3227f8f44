// The ladder for a reader's own run: the formulas of analysis/costs/own.py at the same points as
// analysis/costs/uncertainty.py, so that page and command give the same numbers.
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const form = document.querySelector("#own-run");
  const source = document.querySelector("#own-run-data");
  if (!form || !source) return;
  await window.report.script("live-maths");
  const data = JSON.parse(source.textContent);
  const fields = [...form.elements].filter((field) => field.name);
  const said = form.querySelector("[role=status]");
  const body = document.querySelector("#your-ladder tbody");
  const line = document.querySelector(".your-run");
  const notes = document.querySelector(".your-notes");
  const defaults = document.querySelector(".your-defaults");
  const command = document.querySelector(".your-command");
  const COST = { middle: "Middle", low: "From", high: "To", v3: "DeepSeek-V3" };

  const { quantiles, score, sobol } = window.report.maths;
  const quantile = ([shape, ...given], p) => quantiles(shape, given)(p, score(p));
  const known = {};
  const points = (dimensions) => known[dimensions] ??= data.points[dimensions].map((span) => {
    const shares = sobol(span, data.power);
    return { shares, scores: shares.map(score) };
  });

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
    const columns = points(drawn.length).map(({ shares, scores }, d) => {
      const [shape, ...given] = found[drawn[d]], at = quantiles(shape, given);
      return shares.map((share, i) => at(share, scores[i]));
    });
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
