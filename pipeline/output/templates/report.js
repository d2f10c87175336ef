// A click on a record shows its evidence, a click on evidence its record. Without this script the numbers of the
// records are links to their evidence, and the rest of the page is the same.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const clear = () => all(".on, .at, .picked").forEach(each => each.classList.remove("on", "at", "picked"));

  // Scrolls the element's own pane only; the page moves no further than it must for the pane to be seen.
  const reveal = (element, paneSelector) => {
    const pane = element.closest(paneSelector);
    if (pane && pane.scrollHeight > pane.clientHeight) {
      pane.scrollTop += element.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    }
    element.scrollIntoView({ block: "nearest" });
  };

  // field: only where this value stands; otherwise where any value of the record stands.
  const select = (handle, field) => {
    clear();
    const row = document.getElementById(handle);
    row.classList.add("on");
    const evidence = all(`[data-r~="${handle}"]`);
    const values = field
      ? all(`[data-c~="${handle}:${field}"]`)
      : all("[data-c]", row.closest(".document")).filter(each =>
          each.dataset.c.split(" ").some(value => value.startsWith(`${handle}:`)));
    evidence.forEach(each => each.classList.add("on"));
    values.forEach(each => each.classList.add("at"));
    if (field) row.querySelector(`[data-field="${field}"]`).classList.add("picked");
    return { row, first: (field && values[0]) || evidence[0] || values[0] };
  };

  document.addEventListener("click", event => {
    const row = event.target.closest("[data-row]");
    if (row) {
      const link = event.target.closest("a");
      if (link) event.preventDefault();
      if (!link && String(getSelection())) return;
      const { first } = select(row.dataset.row, event.target.closest("[data-field]")?.dataset.field);
      if (first) reveal(first, ".article");
      return;
    }
    const part = event.target.closest("[data-r]");
    if (part && !String(getSelection())) {
      const handles = part.dataset.r.split(" ");
      const current = handles.findIndex(handle => document.getElementById(handle).classList.contains("on"));
      reveal(select(handles[(current + 1) % handles.length]).row, ".records");
    }
  });

  document.addEventListener("keydown", event => {
    if (event.key === "Escape") clear();
  });
})();
