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
  const data = JSON.parse(figure.querySelector(".drawing-data").textContent);
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
    say: (words, panel = 0) => {
      const said = all(figure, ".drawing-panel")[panel].querySelector(".drawing-said");
      clearTimeout(said.later);
      said.later = setTimeout(() => { said.textContent = words; }, 60);
    },
    act: (name, does) => all(figure, `[data-act=${name}]`).forEach((node) => node.addEventListener("click", does)),
  };
};

// Captions one at a time; what a caption speaks of stands out in the picture.
const step = (panel) => {
  const captions = all(panel, ".drawing-steps > li"), view = panel.querySelector(".drawing-view");
  const buttons = all(panel, "[data-step]"), heard = panel.querySelector(".drawing-heard");
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
  const bytes = (name) => Int8Array.from(atob(data[name]), (c) => c.charCodeAt(0));
  const token = bytes("token_bytes"), expert = bytes("expert_bytes"), popularity = bytes("popularity_bytes");
  const dims = token.length / data.tokens, per = data.experts / data.groups;
  const wide = Math.sqrt(dims) * data.fine ** 2;
  const affinity = Array.from({ length: data.tokens }, (_, t) => Float64Array.from(popularity, (liked, e) => {
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

document.addEventListener("DOMContentLoaded", () => all(document, "figure.drawing").forEach((figure) => {
  all(figure, ".drawing-panel:has(.drawing-steps)").forEach(step);
  KINDS[figure.dataset.kind]?.(handle(figure));
}));
}
