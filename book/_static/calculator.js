// Reset, and an address that keeps the reader's values, for the calculator's sliders.
// Without this file the sliders work all the same.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const tools = document.querySelector("#calculator-tools");
  const figure = [...document.querySelectorAll("figure.chart")].find((candidate) =>
    candidate.querySelector(".chart-spec").textContent.includes('"input":"range"'));
  if (!tools || !figure) return;
  const said = tools.querySelector("[role=status]");
  const first = {};
  JSON.parse(figure.querySelector(".chart-spec").textContent).params
    .forEach((param) => { if (param.bind) first[param.name] = String(param.value); });
  const inputs = () => [...figure.querySelectorAll(".vega-bind input")].filter((i) => i.name in first);
  const set = (values) => inputs().forEach((input) => {
    if (!(input.name in values) || input.value === values[input.name]) return;
    input.value = values[input.name];
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const address = () => {
    const moved = new URLSearchParams();
    inputs().forEach((i) => { if (Number(i.value) !== Number(first[i.name])) moved.set(i.name, i.value); });
    return location.pathname + location.search + (moved.size ? `#${moved}` : "");
  };
  const remember = () => history.replaceState(null, "", address());
  const start = () => {
    if (!inputs().length) return false;
    tools.hidden = false;
    if (location.hash.includes("=")) set(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
    figure.addEventListener("change", remember);
    return true;
  };
  tools.querySelector("[data-reset]").addEventListener("click", () => {
    set(first);
    remember();
    said.textContent = "Back at the first values.";
  });
  tools.querySelector("[data-link]").addEventListener("click", async () => {
    remember();
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = "The address of this page now holds your values.";
    }
  });
  const watcher = new MutationObserver(() => { if (start()) watcher.disconnect(); });
  if (!start()) watcher.observe(figure, { childList: true, subtree: true });
  if (location.hash.includes("=")) figure.querySelector(".chart-view").click(); // the link carries values
});
