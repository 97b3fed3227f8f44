// Number formats in the page: those of press/formats.py.
"use strict";
{
const { report } = window;
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
// A format with as many digits more as a moved number needs, so as not to mislead: 3.42 is no $3.
const clear = (values, spec, within) => {
  const [, sign, currency, comma, places, , silent = "", scale = "", suffix = ""] = spec.match(PATTERN) ?? [];
  if (places === undefined) return spec;
  const unit = scale === "%" ? 0.01 : SCALES[scale] ?? 1;
  const off = (digits) => Math.max(...values.map((value) => Math.abs(Math.round(value / unit * 10 ** digits) / 10 ** digits * unit / value - 1)).filter(Number.isFinite));
  let digits = Number(places);
  while (digits < Number(places) + 3 && off(digits) > within) digits += 1;
  return `${sign}${currency}${comma}.${digits}${silent}${scale}${suffix}`;
};
const money = (value, low, high) => { // as LadderWords.money
  const scaled = (x) => (x >= 1e9 ? "B" : x >= 1e6 ? "M" : "K");
  const text = format(value, `$~3${scaled(value)}`);
  if (low === null || high - low < 0.01 * value) return text;
  const scale = scaled(low), digits = scale === "K" || (low >= 1e7 && scale === "M") ? 0 : 1;
  return `${text} (${[low, high].map((end) => format(end, `$.${digits}${scale}`)).join(DASH)})`;
};
report.formats = { ENGLISH, LANGUAGES, DASH, format, suited, said, clear, money };
}
