// The graphs of the live figures, computed again with other inputs, on the same sample points as the
// package's. Loaded when a reader changes a number.
"use strict";
{
const { report } = window;
const { OPERATIONS, quantiles, below, score, sobol } = report.maths;

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
    this.few = new Map();
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

  scalar(node, values, coarse = false) {
    const given = node.args.map((arg) => values[arg]);
    return node.op === "var" ? quantiles(node.shape, given, coarse)(node.probability, score(node.probability)) : OPERATIONS[node.op](...given);
  }

  quantile(node, probability) { // of an uncertain input, as published
    return quantiles(node.shape, node.args.map((arg) => this.base[arg]))(probability, score(probability));
  }

  movable(address) { // whether some computation follows a change, and is not only shaped by it
    return (this.byAddress.get(address) ?? []).some((i) => this.users[i].some((user) => this.nodes[user].op !== "with" || this.nodes[user].args[0] === i) || this.isRoot(i));
  }

  isRoot(i) {
    this.rooted ??= new Set(Object.values(this.roots).flat());
    return this.rooted.has(i);
  }

  inputsOf(key) { // the addresses that move a figure, uncertain inputs among them, each once
    const seen = new Set(), found = new Set(), stack = [...this.roots[key]].reverse();
    while (stack.length) {
      const at = stack.pop(), node = this.nodes[at];
      if (seen.has(at)) continue;
      seen.add(at);
      if (node.op === "input") found.add(node.address);
      if (node.uncertain) found.add(node.uncertain);
      stack.push(...(node.op === "with" ? node.args.slice(0, 1) : node.args));
    }
    return [...found];
  }

  // What the centre of a figure would be with each of some values of one input; undefined where it has none.
  effect(key, address, values) {
    const top = this.centre(this.roots[key][0]);
    if (this.effects?.top !== top) {
      const under = new Set(), stack = [top];
      while (stack.length) {
        const at = stack.pop();
        if (!under.has(at)) { under.add(at); stack.push(...this.nodes[at].args); }
      }
      this.effects = { top, order: [...under].sort((a, b) => a - b) };
    }
    const places = new Set(this.byAddress.get(address));
    const moved = new Set(), todo = [];
    for (const i of this.effects.order) {
      const given = places.has(i);
      if (!given && !this.nodes[i].args.some((arg) => moved.has(arg))) continue;
      moved.add(i);
      if (!given) todo.push(i);
    }
    if (!moved.has(top)) return values.map(() => this.base[top]);
    const now = Float64Array.from(this.base);
    return values.map((to) => {
      places.forEach((i) => { now[i] = to; });
      try { todo.forEach((i) => { now[i] = this.scalar(this.nodes[i], now, true); }); } catch { return undefined; }
      return Number.isFinite(now[top]) ? now[top] : undefined;
    });
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

  // All of a figure's numbers with other inputs, computed as they are asked for. A quick answer draws a sixteenth
  // of the points and scales by what they give for the published inputs.
  answer(changes, quick = false) {
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
      if (node.op === "quantile") values[i] = this.simulated(i, values, touched, changes, memo, quick);
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
  points(sampling, dimensions, quick) { // normal scores of every dimension, joined by the correlation
    const key = `${sampling}/${dimensions}/${quick}`;
    if (this.draws.has(key)) return this.draws.get(key);
    const [rows, [power, seed]] = this.sampling[sampling], drawn = quick ? power - 4 : power, size = 2 ** drawn;
    const columns = this.about.points[`${power}/${seed}/${dimensions}`].map((span) => sobol(span, drawn).map(score));
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

  simulated(i, values, touched, changes, memo, quick) {
    const node = this.nodes[i], key = `${node.sampling} ${node.args}`;
    if (!memo.has(key)) memo.set(key, this.outcomes(node, values, touched, changes, quick).sort());
    const found = quantile(memo.get(key), node.probability);
    if (!quick) return found;
    const before = quantile(this.before(node), node.probability);
    return found * before > 0 ? this.base[i] * (found / before) : this.base[i] + (found - before);
  }

  before(node) { // what the few points give for the published inputs
    const key = `${node.sampling} ${node.args}`;
    if (!this.few.has(key)) this.few.set(key, this.outcomes(node, this.base, new Set(), {}, true).sort());
    return this.few.get(key);
  }

  ready() { // so that the first change is as fast as the next
    this.nodes.forEach((node) => { if (node.op === "quantile") this.before(node); });
  }

  outcomes(node, values, touched, changes, quick) {
    const [model, ...symbols] = node.args;
    const points = this.points(node.sampling, symbols.length, quick);
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

const quantile = (sorted, probability) => {
  const at = probability * (sorted.length - 1), i = Math.floor(at);
  return sorted[i] + (sorted[Math.min(i + 1, sorted.length - 1)] - sorted[i]) * (at - i);
};

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

report.graph = (graph, about) => { report.live = new Graph(graph, about); };
}
