// The graphs of the live figures, computed again with other inputs: the operations of press/graph.py
// and press/simulation.py, on the same sample points. Loaded when a reader changes a number.
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
const mixture = (floor, ...parts) => {
  const key = `${floor} ${parts}`;
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
  const grid = Float64Array.from({ length: 4001 }, (_, i) => least + (most - least) * i / 4000);
  const share = grid.map((x) => each.reduce((sum, [w, m, s]) => sum + w * below((x - m) / Math.max(s, 1e-9)), 0));
  const found = SCORES.map((z) => Math.max(floor, Math.exp(interpolate(below(z), share, grid))));
  if (mixed.size > 200) mixed.clear();
  mixed.set(key, found);
  return found;
};
const quantiles = (shape, given) => { // a function of a probability and its score
  if (shape === "mixture") {
    const found = mixture(...given);
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

// --- The graph --------------------------------------------------------------------------------------------
class Graph {
  constructor(graph, about) {
    this.about = about;
    const first = graph.inputs.length, count = first + graph.constants.length;
    this.nodes = [
      ...graph.inputs.map(([address, value, unit, end]) => ({ op: "input", args: [], address, value, unit: graph.units[unit], end })),
      ...graph.constants.map((given) => ({ op: "const", args: [], value: Array.isArray(given) ? given[0] : given })),
      ...graph.nodes.map(([op, ...rest]) => {
        if (op === "var") return { op, shape: rest[0], probability: rest[1], name: rest[2], args: rest.slice(3) };
        if (op === "quantile") return { op, sampling: rest[0], probability: rest[1], args: rest.slice(2) };
        return op === "unit" ? { op, args: [rest[0]] } : { op, args: rest };
      }),
    ];
    this.count = count;
    this.sampling = graph.sampling;
    this.roots = graph.roots;
    this.users = this.nodes.map(() => []);
    this.nodes.forEach((node, i) => { for (const arg of new Set(node.args)) this.users[arg].push(i); });
    this.byAddress = new Map();
    this.nodes.slice(0, first).forEach((node, i) => this.byAddress.set(node.address, [...this.byAddress.get(node.address) ?? [], i]));
    this.nameUncertain();
    const quantile = about.quantiles.values();
    this.base = new Float64Array(this.nodes.length);
    this.nodes.forEach((node, i) => {
      this.base[i] = node.args.length ? (node.op === "quantile" ? quantile.next().value : this.scalar(node, this.base)) : node.value;
    });
    this.draws = new Map();
    this.orders = new Map();
  }

  nameUncertain() { // the median of an input has no name where it is asked alone: same shape, same parameters
    const names = new Map();
    const key = (node) => `${node.shape} ${node.args}`;
    this.nodes.forEach((node) => { if (node.op === "var" && node.name) names.set(key(node), node.name); });
    const known = Object.entries(this.about.uncertain);
    this.nodes.forEach((node, i) => {
      if (node.op !== "var") return;
      const name = node.name || names.get(key(node));
      const found = known.find(([asked]) => asked === name);
      if (!found) return;
      const { address } = found[1];
      node.uncertain = address;
      this.byAddress.set(address, [...this.byAddress.get(address) ?? [], i]);
    });
  }

  scalar(node, values) {
    const given = node.args.map((arg) => values[arg]);
    return node.op === "var" ? quantiles(node.shape, given)(node.probability, score(node.probability)) : OPERATIONS[node.op](...given);
  }

  // Which nodes a change reaches, in order, and which it reaches only by shaping the computation.
  reach(addresses) {
    const moved = new Set(), shaped = new Set();
    const queue = [];
    for (const address of addresses) for (const i of this.byAddress.get(address) ?? []) { moved.add(i); queue.push(i); }
    const spread = (set, start) => {
      for (let at = start.pop(); at !== undefined; at = start.pop()) {
        for (const user of this.users[at]) {
          const node = this.nodes[user];
          if (set === moved && node.op === "with" && node.args[0] !== at) { shaped.add(user); continue; }
          if (!set.has(user)) { set.add(user); start.push(user); }
        }
      }
    };
    spread(moved, queue);
    // an input that shapes and moves alike leaves what it shapes behind
    for (const user of [...shaped]) spread(shaped, [user]);
    return { moved: [...moved].sort((a, b) => a - b), shaped };
  }

  // All of a figure's numbers with other inputs, computed as they are asked for.
  answer(changes) {
    const addresses = Object.keys(changes);
    const { moved, shaped } = this.reach(addresses);
    const values = Float64Array.from(this.base), touched = new Set(moved), done = new Set(), waiting = new Map();
    const memo = new Map();
    const compute = (i) => {
      const node = this.nodes[i];
      const to = changes[node.address ?? node.uncertain];
      if (to !== undefined) { values[i] = to; return; }
      if (node.op === "quantile") { waiting.set(i, node); return; }
      if (node.args.some((arg) => waiting.has(arg) && !done.has(arg))) { waiting.set(i, node); return; }
      values[i] = this.scalar(node, values);
      if (!Number.isFinite(values[i])) throw new Error("no finite number");
    };
    moved.forEach(compute);
    const ask = (i) => { // a simulated number, and what rests on it, when it is asked for
      if (!waiting.has(i) || done.has(i)) return values[i];
      const node = waiting.get(i);
      done.add(i);
      if (node.op === "quantile") values[i] = this.simulated(node, values, touched, changes, memo);
      else { node.args.forEach(ask); values[i] = this.scalar(node, values); }
      if (!Number.isFinite(values[i])) throw new Error("no finite number");
      return values[i];
    };
    return {
      follows: (key) => !(this.roots[key] ?? []).some((i) => shaped.has(i)),
      touched: (key) => (this.roots[key] ?? []).some((i) => touched.has(i) || shaped.has(i)),
      figure: (key) => this.ends(this.roots[key].map(ask)),
      centre: (key) => values[this.centre(this.roots[key][0])],
    };
  }

  published(key) { return this.ends(this.roots[key].map((i) => this.base[i])); }

  ends([value, low, high]) {
    if (low === undefined) return { value, low: null, high: null };
    return { value, low: Math.min(low, high), high: Math.max(low, high) };
  }

  centre(i) {
    while (["quantile", "signif", "round", "with"].includes(this.nodes[i].op)) [i] = this.nodes[i].args;
    return i;
  }

  // --- Simulation -----------------------------------------------------------------------------------------
  points(sampling, dimensions) { // normal scores of every dimension, joined by the correlation
    const key = `${sampling}/${dimensions}`;
    if (this.draws.has(key)) return this.draws.get(key);
    const [rows, [power, seed]] = this.sampling[sampling], size = 2 ** power;
    const columns = this.about.points[`${power}/${seed}/${dimensions}`].map(([shift, ...steps]) => {
      const column = new Float64Array(size);
      for (let i = 0, at = shift; i < size; i += 1) {
        if (i) at ^= steps[31 - Math.clz32(i & -i)];
        column[i] = score(Math.min(Math.max(at / 2 ** 30, 1e-12), 1 - 1e-12));
      }
      return column;
    });
    const lower = cholesky(rows);
    const scores = columns.map((column, i) => {
      if (!rows.length) return column;
      const joined = new Float64Array(size);
      for (let j = 0; j <= i; j += 1) if (lower[i][j]) for (let k = 0; k < size; k += 1) joined[k] += lower[i][j] * columns[j][k];
      return joined;
    });
    const made = { size, scores, shares: scores.map((column) => column.map(below)), drawn: new Map() };
    this.draws.set(key, made);
    return made;
  }

  order(node) { // the nodes between the uncertain inputs and the model
    const key = `${node.args}`;
    if (!this.orders.has(key)) {
      const [model, ...symbols] = node.args, inner = new Set(symbols);
      const under = new Set(), stack = [model];
      while (stack.length) {
        const at = stack.pop();
        if (under.has(at)) continue;
        under.add(at);
        stack.push(...this.nodes[at].args);
      }
      const order = [...under].sort((a, b) => a - b).filter((i) => {
        if (inner.has(i) || !this.nodes[i].args.some((arg) => inner.has(arg))) return false;
        inner.add(i);
        return true;
      });
      this.orders.set(key, order);
    }
    return this.orders.get(key);
  }

  simulated(node, values, touched, changes, memo) {
    const key = `${node.sampling} ${node.args}`;
    if (!memo.has(key)) memo.set(key, this.outcomes(node, values, touched, changes).sort());
    const sorted = memo.get(key), at = node.probability * (sorted.length - 1), i = Math.floor(at);
    return sorted[i] + (sorted[Math.min(i + 1, sorted.length - 1)] - sorted[i]) * (at - i);
  }

  outcomes(node, values, touched, changes) {
    const [model, ...symbols] = node.args;
    const points = this.points(node.sampling, symbols.length);
    const columns = new Map();
    symbols.forEach((symbol, i) => columns.set(symbol, this.column(symbol, i, points, values, touched, changes)));
    for (const i of this.order(node)) columns.set(i, vector(this.nodes[i], columns, values, points.size));
    const found = columns.get(model);
    const all = typeof found === "number" ? new Float64Array(points.size).fill(found) : Float64Array.from(found);
    if (!all.every(Number.isFinite)) throw new Error("the model has no finite value at some draws");
    return all;
  }

  column(symbol, dimension, points, values, touched, changes) {
    const node = this.nodes[symbol], to = changes[node.uncertain];
    if (to !== undefined) return to;
    const kept = `${symbol} ${dimension}`;
    if (!touched.has(symbol) && points.drawn.has(kept)) return points.drawn.get(kept);
    const at = quantiles(node.shape, node.args.map((arg) => values[arg]));
    const scores = points.scores[dimension], shares = points.shares[dimension];
    const column = new Float64Array(points.size);
    for (let k = 0; k < points.size; k += 1) column[k] = at(shares[k], scores[k]);
    if (!touched.has(symbol)) points.drawn.set(kept, column);
    return column;
  }
}

const cholesky = (rows) => {
  const lower = rows.map((row) => row.map(() => 0));
  rows.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      let sum = row[j];
      for (let k = 0; k < j; k += 1) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  });
  return lower;
};

const vector = (node, columns, values, size) => {
  const given = node.args.map((arg) => columns.get(arg) ?? values[arg]);
  const op = OPERATIONS[node.op];
  if (given.every((x) => typeof x === "number")) return op(...given);
  if (node.op === "unit" || node.op === "with") return given[0];
  const made = new Float64Array(size);
  if (given.length === 1) { const [a] = given; for (let k = 0; k < size; k += 1) made[k] = op(a[k]); return made; }
  if (given.length === 2) {
    const [a, b] = given, av = typeof a !== "number", bv = typeof b !== "number";
    if (av && bv) for (let k = 0; k < size; k += 1) made[k] = op(a[k], b[k]);
    else if (av) for (let k = 0; k < size; k += 1) made[k] = op(a[k], b);
    else for (let k = 0; k < size; k += 1) made[k] = op(a, b[k]);
    return made;
  }
  for (let k = 0; k < size; k += 1) made[k] = op(...given.map((x) => (typeof x === "number" ? x : x[k])));
  return made;
};

const report = window.report ??= {};
report.graph = (graph, about) => { report.live = new Graph(graph, about); };
report.normal = { below, score, halfEven, decimals };
}
