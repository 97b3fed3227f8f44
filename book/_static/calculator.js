// The calculator's fields and marks: a view of the graph that every page of the report follows.
// Without this file its tables show the published values.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { report } = window;
  const rows = [...document.querySelectorAll(".calculator [data-input]")];
  if (!rows.length) return;
  const place = (usd) => Math.min(100, Math.max(0, (Math.log10(usd) - 5) / 5 * 100));
  const connect = () => {
    const fields = rows.map((row) => {
      const made = report.field(row.dataset.input, "ladder.staff");
      row.querySelector(".yours").replaceChildren(made.inputs, made.problem); // the row says the rest
      const label = document.createElement("label");
      label.htmlFor = made.id;
      made.inputs.querySelector("input").setAttribute("aria-describedby", made.problem.id);
      label.append(...row.firstElementChild.childNodes);
      row.firstElementChild.append(label);
      return made;
    });
    const follow = () => {
      fields.forEach((field, n) => {
        field.follow();
        rows[n].classList.toggle("changed", rows[n].dataset.input in report.page.assumed());
      });
      document.querySelectorAll("[data-rung]").forEach((cell) => {
        const { after, moved } = report.page.now(cell.dataset.rung);
        const [ends, mark] = [".yours-ends", ".yours"].map((name) => cell.querySelector(name));
        const [low, high] = [after.low ?? after.value, after.high ?? after.value].map(place);
        ends.hidden = mark.hidden = !moved;
        ends.style.left = `${low}%`;
        ends.style.width = `${high - low}%`;
        mark.style.left = `${place(after.value)}%`;
      });
    };
    report.page.onChange(follow);
    follow();
  };
  let ready;
  const wake = () => ready ??= report.load().then(connect);
  // loaded when a reader does anything here, before a field can be reached
  for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) document.addEventListener(kind, () => wake().catch(() => {}), { once: true, passive: true });
  if (new URLSearchParams(location.search).has("assume")) wake().catch(() => {});
  document.querySelectorAll("[data-assume]").forEach((button) => button.addEventListener("click", async () => {
    await wake();
    report.page.assume(JSON.parse(button.dataset.assume));
  }));
});
