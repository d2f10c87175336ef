// What is shown is what the address says after #: doc, type, outcome, record. A link reproduces a view; the
// controls and keys only change the address. Without this script everything is shown, one below the other.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const overview = document.getElementById("overview");
  const sections = all(".document");
  const filters = Object.fromEntries(
    ["doc", "type", "outcome"].map(name => [name, document.getElementById(`filter-${name}`)]));
  const SIDES = ["gold", "against", "run"];

  // Of each document its records, and its pieces of text with the records that they are evidence of.
  const parts = new Map(sections.map(section => [section, {
    items: all(".item", section),
    pieces: all(".text > span", section).map(element => ({
      element,
      sides: SIDES.map(side => [side, (element.dataset[side] ?? "").split(" ").filter(Boolean)]),
    })),
  }]));

  const state = () => new URLSearchParams(location.hash.slice(1));
  const visible = () => sections.filter(section => !section.hidden)
    .flatMap(section => parts.get(section).items.filter(item => !item.hidden));

  const filter = wanted => {
    const [doc, type, outcome] = Object.keys(filters).map(name => wanted.get(name) ?? "");
    for (const [name, control] of Object.entries(filters)) control.value = wanted.get(name) ?? "";
    overview.hidden = Boolean(doc || type || outcome);
    let [shown, known] = [0, 0];
    for (const section of sections) {
      section.hidden = !overview.hidden || Boolean(doc && section.dataset.doc !== doc);
      if (section.hidden) continue;
      const { items, pieces } = parts.get(section);
      const handles = new Set();
      for (const item of items) {
        item.hidden = Boolean(type && item.dataset.type !== type
          || outcome && !item.dataset.outcome.split(" ").includes(outcome));
        if (!item.hidden) handles.add(item.dataset.handle);
      }
      for (const group of all(".group", section)) {
        const count = all(".item:not([hidden])", group).length;
        group.hidden = !count;
        group.querySelector(".count").textContent = count;
      }
      for (const { element, sides } of pieces)
        for (const [side, found] of sides) element.classList.toggle(side, found.some(handle => handles.has(handle)));
      // Of several documents those that have nothing are left out.
      section.hidden = !doc && !handles.size;
      shown += handles.size;
      known += items.length;
    }
    document.getElementById("shown").textContent = overview.hidden ? `${shown} of ${known} records` : "";
  };

  // Scrolls the element's own pane only; the page moves no further than it must for the pane to be seen.
  const reveal = (element, paneSelector) => {
    const pane = element.closest(paneSelector);
    if (pane.scrollHeight > pane.clientHeight)
      pane.scrollTop += element.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    element.scrollIntoView({ block: "nearest" });
  };

  const select = wanted => {
    all(".on").forEach(each => each.classList.remove("on"));
    const item = visible().find(each => each.dataset.handle === wanted.get("record"));
    if (!item) return;
    item.classList.add("on");
    const { pieces } = parts.get(item.closest(".document"));
    const evidence = pieces.filter(({ sides }) => sides.some(([, found]) => found.includes(item.dataset.handle)));
    evidence.forEach(({ element }) => element.classList.add("on"));
    if (evidence.length) reveal(evidence[0].element, ".article");
    reveal(item, ".records");
  };

  const show = () => {
    filter(state());
    if (!state().get("record")) scrollTo(0, 0);
    select(state());
  };

  // The record is part of the address, but a walk through the records is no walk through the history.
  const pick = handle => {
    const wanted = state();
    if (handle) wanted.set("record", handle); else wanted.delete("record");
    history.replaceState(null, "", `#${wanted}`);
    select(wanted);
  };

  const step = by => {
    if (!overview.hidden) {
      if (!sections.length) return;
      location.hash = String(new URLSearchParams({ doc: sections[0].dataset.doc }));
      filter(state());
    }
    const items = visible();
    if (!items.length) return;
    const at = items.findIndex(item => item.classList.contains("on"));
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1);
    pick(items[next].dataset.handle);
  };

  for (const [name, control] of Object.entries(filters))
    control.addEventListener("change", () => {
      const wanted = state();
      if (control.value) wanted.set(name, control.value); else wanted.delete(name);
      wanted.delete("record");
      location.hash = String(wanted);
    });

  document.addEventListener("keydown", event => {
    const does = { j: () => step(1), k: () => step(-1), Escape: () => pick("") }[event.key];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    does();
    // In a control, which keeps the focus after a choice, a letter would choose anew.
    event.preventDefault();
  });

  document.addEventListener("click", event => {
    if (String(getSelection())) return;
    const item = event.target.closest(".item");
    const piece = event.target.closest(".text > span");
    if (item) {
      if (event.target.closest("a")) event.preventDefault();
      pick(item.dataset.handle);
    } else if (piece) {
      // A second click goes on to the next record that has its evidence there.
      const here = new Set(SIDES.flatMap(side => (piece.dataset[side] ?? "").split(" ")));
      const items = visible().filter(each => here.has(each.dataset.handle));
      const at = items.findIndex(each => each.classList.contains("on"));
      if (items.length) pick(items[(at + 1) % items.length].dataset.handle);
    }
  });

  addEventListener("hashchange", show);
  document.getElementById("tools").hidden = false;
  show();
})();
