// The drawings of the machine, handled: a reader steps, slides and marks, the pictures answer.
// Without this file every drawing is complete and still. Names: data-text, data-bar, data-part.
"use strict";
{
const KINDS = {};
const all = (root, selector) => [...root.querySelectorAll(selector)];
const grouped = (value, digits = 0) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const precise = (value, digits = 2) => {
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return grouped(Number(value.toPrecision(digits)), places);
};

// What a kind of drawing works with: its data, its controls, and ways to change words and shapes.
const handle = (figure) => {
  const data = JSON.parse(figure.querySelector(".machine-data").textContent);
  const input = (name) => figure.querySelector(`input[name=${name}]`);
  return {
    figure, data, input,
    number: (name) => Number(input(name).value),
    text: (name, words) => all(figure, `[data-text="${name}"]`).forEach((node) => { node.textContent = words; }),
    shown: (name, words) => {
      all(figure, `[data-text="${name}"]`).forEach((node) => { node.textContent = words; });
      input(name).setAttribute("aria-valuetext", words);
    },
    bar: (name, share) => all(figure, `[data-bar="${name}"]`).forEach((node) => {
      node.setAttribute("width", (Number(node.dataset.full) * Math.min(1, Math.max(0, share))).toFixed(1));
    }),
    move: (name, x, y) => all(figure, `[data-move="${name}"]`).forEach((node) => {
      const { x0, xlow, decade, y0, ylow, rise } = node.dataset;
      const at = [Number(x0) + decade * Math.log10(x / xlow), Number(y0) - rise * Math.log10(y / ylow)];
      node.setAttribute("transform", `translate(${at.map((n) => n.toFixed(1)).join(" ")})`);
    }),
    say: (words, panel = 0) => {
      const said = all(figure, ".machine-panel")[panel].querySelector(".machine-said");
      clearTimeout(said.later);
      said.later = setTimeout(() => { said.textContent = words; }, 60);
    },
    act: (name, does) => all(figure, `[data-act=${name}]`).forEach((node) => node.addEventListener("click", does)),
  };
};

// Captions one at a time; what a caption speaks of stands out in the picture.
const step = (panel) => {
  const captions = all(panel, ".machine-steps > li"), view = panel.querySelector(".machine-view");
  const buttons = all(panel, "[data-step]"), heard = panel.querySelector(".machine-heard");
  let at = 0;
  const show = () => {
    captions.forEach((caption, n) => caption.classList.toggle("current", n === at));
    view.classList.toggle("stepping", at > 0);
    const parts = (captions[at].querySelector("[data-shows]")?.dataset.shows ?? "").split(" ");
    all(view, "[data-part]").forEach((node) => node.classList.toggle("now", parts.includes(node.dataset.part)));
    buttons[0].disabled = at === 0;
    buttons[1].disabled = at === captions.length - 1;
  };
  buttons.forEach((button) => button.addEventListener("click", () => {
    at = Math.min(captions.length - 1, Math.max(0, at + Number(button.dataset.step)));
    show();
    heard.textContent = `Step ${at + 1} of ${captions.length}. ${captions[at].textContent}`;
    if (button.disabled) buttons.find((other) => !other.disabled).focus();
  }));
  buttons[0].disabled = true;
};

// --- Mixture of experts ---------------------------------------------------------------------
KINDS.mixture = ({ figure, data, input, number, text, shown, say, act }) => {
  const steps = (letters) => Int8Array.from(letters, (letter) => letter.charCodeAt(0) - data.offset);
  const token = steps(data.token_text), expert = steps(data.expert_text);
  const dims = token.length / data.tokens, per = data.experts / data.groups;
  const wide = Math.sqrt(dims) * data.fine ** 2;
  const affinity = Array.from({ length: data.tokens }, (_, t) => Float64Array.from(data.popularity, (liked, e) => {
    let match = 0;
    for (let d = 0; d < dims; d += 1) match += token[t * dims + d] * expert[e * dims + d];
    return 1 / (1 + Math.exp(-(match / wide + liked / data.coarse)));
  }));
  const bias = new Float64Array(data.experts);
  let at = 0;

  const choose = (scores, kept) => {
    const biased = scores.map((score, e) => score + bias[e]);
    const strength = Array.from({ length: data.groups }, (_, g) => {
      const [best, next] = biased.slice(g * per, (g + 1) * per).sort().reverse();
      return [best + next, g];
    }).sort((a, b) => b[0] - a[0]).slice(0, kept).map(([, g]) => g);
    return strength.flatMap((g) => Array.from({ length: per }, (_, n) => g * per + n))
      .sort((a, b) => biased[b] - biased[a]).slice(0, data.top).sort((a, b) => a - b);
  };
  const routed = () => {
    const kept = input("limited").checked ? data.kept : data.groups;
    return affinity.map((scores) => choose(scores, kept));
  };
  const loads = (chosen) => {
    const found = new Array(data.experts).fill(0);
    chosen.flat().forEach((e) => { found[e] += 1; });
    return found;
  };
  const bars = (values, { x, y, pitch, unit }, from = 0) => values.map((value, n) => {
    const high = (unit * value).toFixed(1);
    return `M${(Number(x) + (from + n) * pitch).toFixed(1)} ${y}v-${high}h${(pitch * 0.8).toFixed(1)}v${high}z`;
  }).join("");

  const paint = () => {
    const every = routed(), chosen = every[at], load = loads(every), marked = number("expert") - 1;
    const mean = data.tokens * data.top / data.experts, highest = data.highest * mean;
    const lit = new Set(chosen), nodes = [...new Set(chosen.map((e) => Math.floor(e / per)))];
    all(figure, "[data-cell]").forEach((cell) => {
      cell.classList.toggle("lit", lit.has(Number(cell.dataset.cell)));
      cell.classList.toggle("marked", Number(cell.dataset.cell) === marked);
    });
    for (let g = 0; g < data.groups; g += 1) {
      const count = chosen.filter((e) => Math.floor(e / per) === g).length;
      text(`count${g}`, count ? `${count} of them` : "not asked");
      all(figure, `[data-part=node${g}]`).forEach((node) => node.classList.toggle("reached", count > 0));
      const shares = load.slice(g * per, (g + 1) * per).map((n) => Math.min(n, highest));
      all(figure, `[data-profile="${g}"]`).forEach((path) => {
        path.setAttribute("d", bars(shares, path.dataset));
        const own = path.nextElementSibling, here = Math.floor(marked / per) === g;
        own.setAttribute("d", here ? bars([shares[marked % per]], path.dataset, marked % per) : "");
      });
    }
    const weights = chosen.map((e) => affinity[at][e]), whole = weights.reduce((a, b) => a + b);
    all(figure, "svg").forEach((svg) => {
      const gates = all(svg, "[data-gate]");
      let x = Number(gates[0].dataset.from);
      gates.forEach((gate, n) => {
        const width = weights[n] / whole * Number(gate.dataset.full);
        gate.setAttribute("x", x.toFixed(1));
        gate.setAttribute("width", (width - 2).toFixed(1));
        x += width;
      });
    });
    shown("expert", String(marked + 1));
    input("bias").value = bias[marked];
    shown("bias", grouped(bias[marked], 2).replace("-", "−").replace(/^−0\.00$/, "0.00"));
    const names = nodes.map((g) => g + 1);
    const listed = names.length > 1 ? `nodes ${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : `node ${names[0]}`;
    say(`Token ${at + 1} of ${data.tokens} goes to ${data.top} experts on ${listed}. `
      + `Expert ${marked + 1} receives ${load[marked]} of all tokens; the mean is ${precise(mean)}, `
      + `the busiest receives ${Math.max(...load)}.`);
    figure.routing = { at, chosen, every, load, bias: [...bias] };
  };
  const move = (by) => { at = (at + by + data.tokens) % data.tokens; paint(); };
  act("next", () => move(1));
  act("before", () => move(-1));
  act("rule", () => {
    const mean = data.tokens * data.top / data.experts;
    for (let n = 0; n < data.rule_steps; n += 1) {
      loads(routed()).forEach((load, e) => { bias[e] += data.speed * Math.sign(mean - load); });
    }
    paint();
  });
  act("reset", () => { bias.fill(0); at = 0; input("expert").value = data.expert + 1; input("limited").checked = true; paint(); });
  input("limited").addEventListener("change", paint);
  input("expert").addEventListener("input", paint);
  input("bias").addEventListener("input", () => { bias[number("expert") - 1] = number("bias"); paint(); });
  figure.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    input("expert").value = Number(cell.dataset.cell) + 1;
    paint();
  });
};

// --- Latent attention -----------------------------------------------------------------------
KINDS.latent = ({ figure, data, input, number, text, shown, bar, say }) => {
  const cache = (kind, tokens) => data.kept[kind] * data.bytes * data.layers * tokens;
  const fills = (kind, tokens) => {
    const size = cache(kind, tokens), gb = precise(size / 1e9, 3);
    if (size > data.memory) return `${gb} GB, needs ${Math.ceil(size / data.memory)} H800s`;
    return `${gb} GB, room for ${grouped(Math.floor(data.memory / size))}`;
  };
  const steps = (tokens) => {
    const matrices = 2 * data.heads * data.latent * 2 * data.head, latent = cache("mla", tokens);
    const work = {
      plain: 2 * data.heads * 2 * data.head * tokens,
      expanded: (matrices + 2 * data.heads * (2 * data.head + data.rotary)) * tokens,
      absorbed: matrices + 2 * data.heads * (2 * data.latent + data.rotary) * tokens,
    };
    return Object.entries(work).map(([form, flop]) => [form, form === "plain" ? cache("mha", tokens) : latent, data.layers * flop]);
  };
  input("context").addEventListener("input", () => {
    const tokens = Math.round(2 ** number("context")), words = {};
    shown("context", `${grouped(tokens)} tokens`);
    Object.keys(data.kept).forEach((kind) => {
      bar(`fill-${kind}`, cache(kind, tokens) / data.memory);
      text(`fill-${kind}`, fills(kind, tokens));
      if (kind !== "mla") all(figure, `text[data-text=fill-${kind}]`).forEach((node) => node.classList.toggle("over", cache(kind, tokens) > data.memory));
    });
    steps(tokens).forEach(([form, moved, work]) => {
      const times = [moved / data.bytes_per_s, work / data.flop_per_s];
      words[form] = [`${precise(moved / 1e9, 3)} GB read`, `${precise(work / 1e12, 3)} TFLOP`].map((amount, n) => `${amount} in ${precise(times[n] * 1e3, 3)} ms`);
      words[form].forEach((amount, n) => { text(`${form}-${n}`, amount); bar(`${form}-${n}`, times[n] / data.full); });
    });
    say(`A text of ${grouped(tokens)} tokens: MHA ${fills("mha", tokens)}; MLA ${fills("mla", tokens)}. `
      + `Attention for the next token: expanded ${words.expanded[1]}; absorbed ${words.absorbed[1]}.`, 1);
  });
};

// --- Multi-token prediction -----------------------------------------------------------------
KINDS.drafts = ({ figure, data, input, number, text, shown, bar, say }) => {
  input("acceptance").addEventListener("input", () => {
    const share = number("acceptance"), tokens = 1 + share, percent = `${grouped(share * 100, 1)}\u202f%`;
    const speeds = { free: tokens, alone: tokens / data.alone, loaded: tokens / data.loaded };
    shown("acceptance", percent);
    all(figure, "[data-draft]").forEach((draft) => {
      const n = Number(draft.dataset.draft);
      const took = Math.floor(share * (n + 1) + 0.5) > Math.floor(share * n + 0.5);
      draft.setAttribute("class", `box ${took ? "kept" : "gone"}`);
    });
    Object.entries(speeds).forEach(([name, speed]) => { bar(name, speed / data.fastest); text(name, `${grouped(speed, 2)} ×`); });
    say(`If ${percent} of drafts are accepted, a step yields ${grouped(tokens, 2)} tokens. Decoding is `
      + `${grouped(speeds.free, 2)} times as fast if drafting and checking are free, ${grouped(speeds.alone, 2)} times for one text alone `
      + `if checking is free, and ${grouped(speeds.loaded, 2)} times at Day 6’s load.`, 1);
  });
};

// --- Decoding -------------------------------------------------------------------------------
KINDS.decoding = ({ figure, data, input, number, text, shown, bar, move, say }) => {
  const { load, draft, rates } = data;
  const seconds = (of, many, context, queries) => {
    const cache = [many * context * of.cache / rates.bytes_per_s, many * queries * context * of.attention / rates.bf16];
    const products = [of.weights / rates.bytes_per_s, many * queries * of.products / rates.fp8];
    return { cache, products, whole: Math.max(...cache) + Math.max(...products) };
  };
  const paint = () => {
    const many = data.batches[number("batch")], context = data.contexts[number("context")], queries = number("queries");
    const drafts = queries - 1, step = seconds(load, many, context, queries);
    const whole = step.whole + drafts * seconds(draft, many, context, 1).whole;
    let tokens = 0;
    for (let k = 0; k < queries; k += 1) tokens += data.acceptance ** k;
    const peak = (of) => of.products / rates.fp8 + context * of.attention / rates.peak;
    const moved = load.weights + many * context * load.cache + drafts * (draft.weights + many * context * draft.cache);
    const limits = {
      step: many * tokens / whole,
      network: tokens * rates.network / (queries * load.network + drafts * draft.network),
      memory: many * tokens * rates.bytes_per_s / moved,
      arithmetic: tokens / (queries * peak(load) + drafts * peak(draft)),
    };
    Object.entries(limits).forEach(([name, rate]) => {
      limits[name] = rate * data.gpus;
      text(`limit-${name}`, grouped(limits[name]));
      bar(`limit-${name}`, limits[name] / data.fastest);
    });
    const points = {
      attention: [queries * load.attention / load.cache, rates.bf16],
      products: [many * queries * load.products / load.weights, rates.fp8],
    };
    Object.entries(points).forEach(([name, [x, top]]) => move(name, x, Math.min(x * rates.bytes_per_s, top)));
    ["cache", "products"].forEach((name) => step[name].forEach((time, n) => {
      text(`${name}-${n}`, `${precise(time * 1e3, 3)} ms`);
      bar(`${name}-${n}`, time / data.longest);
    }));
    const caches = many * context * load.cache + drafts * many * context * draft.cache, weights = load.weights + (drafts ? draft.weights : 0);
    const fits = weights + caches <= data.memory;
    bar("held", (weights + caches) / data.memory);
    bar("weights", weights / data.memory);
    text("held", `${precise(weights / 1e9, 3)} + ${precise(caches / 1e9, 3)} of ${grouped(data.memory / 1e9)} GB${fits ? "" : ": too much"}`);
    all(figure, "text[data-text=held]").forEach((node) => node.classList.toggle("over", !fits));
    shown("batch", `${grouped(Math.floor(many))}`);
    shown("context", `${grouped(context)} tokens`);
    shown("queries", String(queries));
    const waits = ([reading, reckoning]) => (reckoning > reading ? "arithmetic" : "memory");
    say(`${grouped(Math.floor(many))} texts of ${grouped(context)} tokens, ${queries} ${queries > 1 ? "queries" : "query"} of each: a step takes ${precise(whole * 1e3, 3)} ms `
      + `and a node writes ${grouped(limits.step)} tokens a second by our count. Attention waits for ${waits(step.cache)}, `
      + `the products for ${waits(step.products)}. The memory ${fits ? "holds" : "does not hold"} the caches.`);
    figure.decoding = { many, context, queries, whole, limits };
  };
  ["batch", "context", "queries"].forEach((name) => input(name).addEventListener("input", paint));
};

document.addEventListener("DOMContentLoaded", () => all(document, "figure.machine").forEach((figure) => {
  all(figure, ".machine-panel:has(.machine-steps)").forEach(step);
  KINDS[figure.dataset.kind]?.(handle(figure));
}));
}
