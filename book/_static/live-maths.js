// The operations of press/graph.py and the distributions of press/simulation.py, in the page.
// Loaded when a reader changes a number, and by the page Your model.
"use strict";
{
// --- The normal distribution --------------------------------------------------------------------
const polynomial = (x, ...from) => from.reduce((sum, c) => sum * x + c);
const below = (x) => { // G. West, Better approximations to cumulative normal functions (2005), after J. F. Hart
  const z = Math.abs(x);
  let tail = 0;
  if (z <= 37) {
    const e = Math.exp(-z * z / 2);
    tail = z < 7.07106781186547
      ? e * polynomial(z, 3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376)
        / polynomial(z, 8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752)
      : e / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
  }
  return x > 0 ? 1 - tail : tail;
};
const score = (p) => { // M. J. Wichura, algorithm AS 241, PPND16 (1988)
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * polynomial(r, 2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608)
      / polynomial(r, 5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1);
  }
  let r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p));
  const x = r <= 5
    ? ((r -= 1.6), polynomial(r, 7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734)
      / polynomial(r, 1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1))
    : ((r -= 5), polynomial(r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772)
      / polynomial(r, 2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1));
  return q < 0 ? -x : x;
};
const Z90 = score(0.95);

// --- Operations -----------------------------------------------------------------------------------
const halfEven = (x, digits) => { // significant digits; the digits of a double are finite, so a half is exactly a half
  if (x === 0 || !Number.isFinite(x)) return x;
  if (digits < 1) return digits === 0 && Math.abs(x) > 5 * 10 ** Math.floor(Math.log10(Math.abs(x))) ? Number(`${Math.sign(x)}e${Math.floor(Math.log10(Math.abs(x))) + 1}`) : 0;
  const [head, power] = Math.abs(x).toExponential(100).split("e");
  const all = head.replace(".", ""), kept = all.slice(0, digits), rest = all.slice(digits);
  const half = `5${"0".repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && "13579".includes(kept.at(-1)));
  return Math.sign(x) * Number(`${BigInt(kept) + (up ? 1n : 0n)}e${Number(power) - digits + 1}`);
};
const decimals = (x, places) => x === 0 ? 0 : halfEven(x, Number(Math.abs(x).toExponential(100).split("e")[1]) + 1 + places);
const middle = (values) => {
  const sorted = Float64Array.from(values).sort(), n = sorted.length;
  return n % 2 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
};
const OPERATIONS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b), "%": (a, b) => a - b * Math.floor(a / b), "^": (a, b) => a ** b,
  ">": (a, b) => Number(a > b), ">=": (a, b) => Number(a >= b),
  neg: (a) => -a, abs: Math.abs, log: Math.log, exp: Math.exp, floor: Math.floor, round: decimals, signif: halfEven,
  sum: (...all) => all.reduce((a, b) => a + b), min: Math.min, max: Math.max, median: (...all) => middle(all),
  unit: (a) => a, with: (a) => a,
};

// --- Distributions: quantiles at normal scores and at probabilities -----------------------------------
const interpolate = (x, xs, ys) => {
  let low = 0, high = xs.length - 1;
  if (!(x > xs[0])) return ys[0];
  if (x >= xs[high]) return ys[high];
  while (high - low > 1) {
    const at = (low + high) >> 1;
    if (xs[at] <= x) low = at; else high = at;
  }
  return ys[low] + (ys[high] - ys[low]) * (x - xs[low]) / (xs[high] - xs[low]);
};
const SCORES = Float64Array.from({ length: 801 }, (_, i) => -4 + i / 100);
const mixed = new Map();
const mixture = (coarse, floor, ...parts) => {
  const key = `${coarse} ${floor} ${parts}`, steps = coarse ? 200 : 4000;
  if (mixed.has(key)) return mixed.get(key);
  const each = [];
  for (let i = 0; i < parts.length; i += 3) {
    const [weight, low, high] = parts.slice(i, i + 3);
    each.push([weight, Math.log(low * high) / 2, Math.log(high / low) / 2 / Z90]);
  }
  const weights = each.map((part) => part[0]);
  if (Math.min(...weights) < 0 || Math.abs(weights.reduce((a, b) => a + b) - 1) > 1e-9) throw new Error("weights must be at least 0 and add up to 1");
  if (!each.every((part) => Number.isFinite(part[1]))) throw new Error("a lognormal input must be above 0");
  const least = Math.min(...each.map(([, m, s]) => m - 5 * s)), most = Math.max(...each.map(([, m, s]) => m + 5 * s));
  const grid = Float64Array.from({ length: steps + 1 }, (_, i) => least + (most - least) * i / steps);
  const share = grid.map((x) => each.reduce((sum, [w, m, s]) => sum + w * below((x - m) / Math.max(s, 1e-9)), 0));
  const found = SCORES.map((z) => Math.max(floor, Math.exp(interpolate(below(z), share, grid))));
  if (mixed.size > 200) mixed.clear();
  mixed.set(key, found);
  return found;
};
const quantiles = (shape, given, coarse = false) => { // a function of a probability and its score
  if (shape === "mixture") {
    const found = mixture(coarse, ...given);
    return (p, z) => interpolate(z, SCORES, found);
  }
  const [a, c, b] = given;
  if (a === b) return () => c;
  if (shape === "uniform") return (p) => a + p * (b - a);
  if (shape === "triangular") return (p) => (p * (b - a) < c - a ? a + Math.sqrt(p * (b - a) * Math.max(c - a, 0)) : b - Math.sqrt((1 - p) * (b - a) * Math.max(b - c, 0)));
  if (shape === "normal") return (p, z) => (a + b) / 2 + z / Z90 * (b - a) / 2;
  if (!(a > 0)) throw new Error(`a lognormal input must be above 0, found ${a}`);
  const m = (Math.log(a) + Math.log(b)) / 2, s = (Math.log(b) - Math.log(a)) / 2 / Z90;
  return (p, z) => Math.exp(m + z * s);
};

// --- Points: press.simulation.spans, and the points again ------------------------------------------------
const sobol = ([shift, ...steps], power) => {
  const column = new Float64Array(2 ** power);
  for (let i = 0, at = shift; i < column.length; i += 1) {
    if (i) at ^= steps[31 - Math.clz32(i & -i)];
    column[i] = Math.min(Math.max(at / 2 ** 30, 1e-12), 1 - 1e-12);
  }
  return column;
};

(window.report ??= {}).maths = { OPERATIONS, quantiles, below, score, sobol, halfEven, decimals };
}
