// The page's frame: colours, search key, current section, copy buttons, margin notes.
// Without this file the page reads in light colours and everything else works.
"use strict";
(() => {
  const root = document.documentElement;

  // --- The typeface: before the style sheet asks for it, so that no line moves --------------------
  if (location.protocol !== "file:") {
    const font = document.createElement("link");
    font.rel = "preload";
    font.as = "font";
    font.type = "font/woff2";
    font.crossOrigin = "";
    font.href = new URL("fonts/source-sans-3-latin.woff2", document.currentScript.src);
    document.head.append(font);
  }

  // --- Colours: before the first paint ---------------------------------------------------------
  const NAMES = { auto: "automatic", light: "light", dark: "dark" };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("colours") in NAMES ? localStorage.getItem("colours") : "auto"; } catch { return "auto"; }
  };
  const show = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
    const button = document.querySelector(".tool.theme");
    if (button) button.title = button.ariaLabel = `Colours: ${NAMES[mode]}`;
  };
  show(chosen());
  dark.addEventListener("change", () => show(chosen()));

  const start = () => {
    show(chosen());
    document.querySelector(".tool.theme").addEventListener("click", () => {
      const modes = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
      const next = modes[(modes.indexOf(root.dataset.mode) + 1) % 3];
      try { localStorage.setItem("colours", next); } catch { /* remembered for this page only */ }
      show(next);
    });

    // --- Chapters and search -------------------------------------------------------------------
    const menu = document.querySelector(".site-nav");
    const current = menu.querySelector(".current > a.current");
    const list = menu.querySelector("nav");
    if (current && current.offsetTop > menu.clientHeight * 0.6) list.scrollTop = current.offsetTop - menu.clientHeight * 0.3;
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (!menu.checkVisibility()) menu.showPopover();
      menu.querySelector("input").focus();
    });
    menu.addEventListener("click", (event) => { // a link to a section of this page closes the menu
      if (event.target.closest("a") && menu.matches(":popover-open")) menu.hidePopover();
    });

    // --- The section being read ------------------------------------------------------------------
    const entries = new Map();
    menu.querySelectorAll('.current ul a[href^="#"]').forEach((link) => {
      const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (section) entries.set(section, link);
    });
    const seen = new Set();
    const sections = new IntersectionObserver((changes) => {
      changes.forEach((change) => seen[change.isIntersecting ? "add" : "delete"](change.target));
      const first = [...entries.keys()].find((section) => seen.has(section));
      entries.forEach((link, section) => {
        if (section === first) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }, { rootMargin: "-15% 0px -70% 0px" });
    entries.forEach((_, section) => sections.observe(section));

    // --- Code: copy, and scroll with the keyboard --------------------------------------------------
    document.querySelectorAll(".bd-article div.highlight").forEach((box) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(box.querySelector("pre").textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      if (navigator.clipboard) box.append(button);
    });
    const scrolled = () => document.querySelectorAll("pre, .cell_output .output").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    });
    scrolled();
    addEventListener("resize", scrolled);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
