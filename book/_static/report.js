// Cards that stay inside the window, and charts that come alive when they are touched.
// Without this file every number still links to its entry and every chart is still a picture.
"use strict";
{
const here = new URL(".", document.currentScript.src);

// --- A reader's own assumptions: what follows them is loaded when asked for -----------------------
const report = window.report ??= {};
const scripts = {};
report.script = (name) => scripts[name] ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = new URL(`${name}.js`, here);
  script.async = false; // in the order in which they are asked for
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});
report.load = () => {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("live.css", here);
  if (!report.loading) document.head.append(style);
  return report.loading ??= Promise.all(["live-maths", "live-format", "live-graph", "graph", "live-page", "live-panel"].map(report.script));
};
report.assume = async (changes) => {
  await report.load();
  return report.assume(changes);
};
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
  // A number may be changed: its button is made when its card first opens.
  const offer = (box) => {
    const link = box.firstElementChild, card = box.querySelector(".card");
    if (!link.dataset.num || link.classList.contains("still") || card.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "change";
    button.setAttribute("aria-label", `Change the inputs of ${link.textContent}`);
    button.addEventListener("click", async () => {
      const [key] = link.dataset.num.split("@");
      try {
        await report.load();
      } catch {
        button.textContent = "change: the graph of the numbers did not load";
        return;
      }
      box.classList.remove("open");
      box.classList.add("closed");
      report.change(key, link);
    });
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", "About this number");
    card.append(button);
  };
  const closeAll = (except) => boxes.forEach((box) => box !== except && box.classList.remove("open"));
  boxes.forEach((box) => {
    for (const kind of ["pointerenter", "focusin"]) {
      box.addEventListener(kind, () => { box.classList.remove("closed"); offer(box); place(box); });
    }
    // by class, so that the card still stands while the focus moves from the number into it
    box.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && box.classList.add("within"));
    box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || box.classList.remove("within"));
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

  if (new URLSearchParams(location.search).has("assume")) report.load().catch(() => {});

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
  const fit = (node, width) => {
    if (!node || typeof node !== "object") return;
    if (node.width === "container") node.width = width;
    for (const [key, value] of Object.entries(node)) if (key !== "data" && key !== "datasets") fit(value, width);
  };
  const views = new WeakMap();
  const draw = async (picture) => { // as wide as the still picture was drawn, and scaled like it: nothing moves
    const figure = picture.closest("figure.chart");
    const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
    fit(spec, Number(picture.dataset.plot));
    report.page?.chart(spec);
    const embed = await load();
    spec.params?.forEach((param) => { if (param.bind && views.has(figure)) param.value = views.get(figure).signal(param.name); });
    const host = document.createElement("div");
    host.className = "vega-host";
    picture.append(host);
    const { view } = await embed(host, spec, { renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
    const drawn = host.querySelector("svg"); // letters may measure otherwise here: the still picture's size holds
    drawn.setAttribute("viewBox", picture.querySelector("svg").getAttribute("viewBox"));
    for (const side of ["width", "height"]) drawn.removeAttribute(side);
    views.set(figure, view);
    if (spec.datasets) following(figure, view);
    for (const part of [picture, picture.parentElement]) part.classList.add("live");
    const focused = document.activeElement === picture;
    for (const name of ["tabindex", "role", "aria-label"]) picture.removeAttribute(name);
    walkable(host, figure);
    if (focused) host.focus();
  };

  // Rows that are live figures follow a reader's assumptions.
  const following = (figure, view) => document.addEventListener("assumed", () => {
    const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
    if (!report.page.chart(spec)) return;
    for (const [name, rows] of Object.entries(spec.datasets)) view.data(name, rows);
    view.runAsync();
  });

  // The keyboard walks a live chart mark by mark: arrows show what the pointer would.
  const walkable = (host, figure) => {
    const svg = host.querySelector("svg");
    const marks = () => [...svg.querySelectorAll("[aria-roledescription][aria-label]:is(path, text, rect)")]
      .filter((mark) => mark.__data__?.tooltip);
    if (!marks().length) return;
    const said = document.createElement("p");
    said.className = "chart-said";
    said.setAttribute("role", "status");
    host.append(said);
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent}: arrow keys go from mark to mark`);
    let at = -1, seen;
    const point = (kind) => {
      const box = seen.getBoundingClientRect();
      seen.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }));
    };
    const leave = () => { if (seen) { point("pointerout"); point("mouseout"); } seen = undefined; };
    host.addEventListener("blur", leave);
    host.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.target !== host || (!step && event.key !== "Escape")) return;
      leave();
      if (!step) return;
      event.preventDefault();
      const all = marks();
      at = (at + step + all.length) % all.length;
      seen = all[at];
      point("pointermove");
      point("mousemove");
      const told = seen.__data__.tooltip;
      said.textContent = Object.entries(told).map(([name, value]) => `${name}: ${value}`).join("; ");
    });
  };
  // A chart comes alive when it is touched: a moving pointer, a tap, the keyboard's focus. Scrolling does not.
  const asked = new WeakSet();
  document.querySelectorAll("figure.chart .chart-view").forEach((view) => {
    const pictures = [...view.children].filter((part) => part.dataset.plot);
    const wake = () => {
      const picture = pictures.find((part) => part.getClientRects().length);
      if (!picture || asked.has(picture)) return;
      asked.add(picture);
      draw(picture).catch(() => {}); // the still picture stays
    };
    view.addEventListener("pointermove", (event) => event.pointerType !== "touch" && (event.movementX || event.movementY) && wake());
    view.addEventListener("click", wake);
    // what has fields to set is of no use as a picture: it comes alive when it is seen
    if (view.closest("figure").querySelector(".chart-spec")?.textContent.includes('"bind"')) {
      new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && wake()).observe(view);
    }
    view.addEventListener("focusin", wake);
    for (const picture of pictures) {
      picture.tabIndex = 0;
      picture.setAttribute("role", "group");
      picture.setAttribute("aria-label", `${view.closest("figure").querySelector("figcaption").textContent}: interactive chart`);
    }
  });
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
}
