// Cards that stay inside the window, and charts that come alive when they scroll into sight.
// Without this file every number still links to its entry and every chart is still a picture.
"use strict";
{
const here = new URL(".", document.currentScript.src);
const start = () => {
  const root = document.documentElement;

  // --- Cards ---------------------------------------------------------------------------------
  const boxes = document.querySelectorAll(".num-box");
  const place = (box) => {
    const card = box.querySelector(".card");
    card.style.left = "0";
    card.style.top = "100%";
    card.style.bottom = "auto";
    const seen = card.getBoundingClientRect();
    const width = root.clientWidth;
    if (seen.right > width - 8) card.style.left = `${Math.max(8 - seen.left, width - 8 - seen.right)}px`;
    if (seen.bottom > root.clientHeight && seen.height < box.getBoundingClientRect().top) {
      card.style.top = "auto";
      card.style.bottom = "100%";
    }
  };
  const closeAll = (except) => boxes.forEach((box) => box !== except && box.classList.remove("open"));
  boxes.forEach((box) => {
    box.addEventListener("pointerenter", () => { box.classList.remove("closed"); place(box); });
    box.addEventListener("focusin", () => { box.classList.remove("closed"); place(box); });
    box.firstElementChild.addEventListener("click", (event) => {
      if (!matchMedia("(hover: none)").matches || box.classList.contains("open")) return;
      event.preventDefault(); // on a touch screen the first tap opens the card, the second follows the link
      closeAll(box);
      box.classList.add("open");
      place(box);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeAll();
    boxes.forEach((box) => box.matches(":hover, :focus-within") && box.classList.add("closed"));
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".num-box")) closeAll();
  });

  // --- Charts --------------------------------------------------------------------------------
  let library;
  const load = () => {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("../vega/vega.js", here);
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  };
  const tokens = () => {
    const style = getComputedStyle(root);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  };
  const NAMES = ["documented", "inferred", "claimed", "neutral", "accent", "text", "muted", "line", "surface", "page", "good", "warn", "bad"];
  let light;
  const lightValues = () => { // the charts are written in the light colours; read them from the sheet itself
    if (light) return light;
    light = {};
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (rule.selectorText !== ":root" || !rule.style.getPropertyValue("--documented")) continue;
        for (const name of NAMES) light[name] = rule.style.getPropertyValue(`--${name}`).trim();
      }
    }
    return light;
  };
  const dressed = (text) => {
    const now = tokens();
    for (const [name, colour] of Object.entries(lightValues())) {
      if (colour) text = text.replaceAll(colour, now(name));
    }
    return JSON.parse(text);
  };
  const resize = (node, width) => {
    if (Array.isArray(node)) return node.forEach((item) => resize(item, width));
    if (!node || typeof node !== "object") return;
    if (node.width === "container") node.width = width;
    for (const [key, value] of Object.entries(node)) {
      if (key !== "data" && key !== "datasets") resize(value, width);
    }
  };
  const live = new Map();
  const draw = async (figure) => {
    const view = figure.querySelector(".chart-view");
    const text = figure.querySelector(".chart-spec").textContent;
    const embed = await load();
    const width = Math.min(view.clientWidth, 752);
    let target = view.querySelector(".vega-host");
    if (!target) {
      target = document.createElement("div");
      target.className = "vega-host";
      view.append(target);
    }
    const kept = live.get(figure)?.signals ?? {};
    live.get(figure)?.result.finalize();
    let plot = width, result;
    for (let pass = 0; pass < 3; pass += 1) { // the plot is narrower than the picture by its axes
      const spec = dressed(text);
      resize(spec, plot);
      spec.params?.forEach((param) => { if (param.name in kept) param.value = kept[param.name]; });
      result = await embed(target, spec, { renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
      const drawn = target.querySelector("svg");
      const excess = drawn ? drawn.getBoundingClientRect().width - width : 0;
      if (Math.abs(excess) < 2 || plot - excess < 40) break;
      plot -= Math.round(excess);
      if (pass < 2) result.finalize();
    }
    const signals = {};
    JSON.parse(text).params?.forEach((param) => {
      if (!param.bind) return;
      result.view.addSignalListener(param.name, (name, value) => { signals[name] = value; });
    });
    Object.assign(signals, kept);
    live.set(figure, { result, signals, width });
    view.classList.add("live");
  };
  const figures = document.querySelectorAll("figure.chart");
  if (!figures.length) return;
  const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    watcher.unobserve(entry.target);
    draw(entry.target).catch(() => {}); // the static picture stays
  }), { rootMargin: "200px" });
  figures.forEach((figure) => watcher.observe(figure));
  new MutationObserver(() => live.forEach((_, figure) => draw(figure)))
    .observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => live.forEach((state, figure) => {
      if (Math.abs(figure.querySelector(".chart-view").clientWidth - state.width) > 8) draw(figure);
    }), 150);
  });
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
}
