// The page shows what its address says after #; controls, keys and clicks only change the address, so a link
// reproduces a view. Without this script all documents stand one below the other, with links into their articles.
//
// What another script may build on (all of it stays as it is):
// - section.document[data-doc=NUMBER][data-name=ID]; in it .text > .s[data-start=OFFSET]: the whole article in such
//   stretches, OFFSET counted in code points of the document's text; [data-r~=HANDLE] marks evidence, [data-c~="HANDLE:FIELD"]
//   where a value stands; tr[data-row=HANDLE][data-type] is a record (with data-id) or a rejected candidate, td[data-field=FIELD]
//   its values. HANDLE is r7-3 for record 3 of document 7, x7-3 for its rejected candidate 3.
// - window.report: state() is a copy of the address's state (doc, record, field, type, org, from, to, when, q, missed,
//   numbers, lang), go({…}) changes it (null removes), selection() is {doc, name, start, end, text} of the text selected in an
//   article, or null, typing(event) is true where a key belongs to a control, word(key) is a word of the interface.
// - CustomEvents on document: report:ready; report:view {doc, handles}, after every change of what is visible;
//   report:record {handle, id, type, row}, when a record is chosen, with nulls when none is any more.
"use strict";
(() => {
  const FILTERS = ["type", "org", "from", "to", "when", "q"];
  const PORTION = 200;

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const by = id => document.getElementById(id);
  const data = id => JSON.parse(by(id).textContent);
  const made = (tag, values = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children);
    return element;
  };

  const { mode, home, pages, digits } = document.body.dataset;
  const words = data("words");
  const catalogue = data("catalogue");
  const records = catalogue.records.map(([doc, handle, type, bodies, date, text]) =>
    ({ doc, handle, type: catalogue.types[type], bodies, date, text, low: `${text} ${date}`.toLowerCase() }));
  const entryOf = new Map(records.map(entry => [entry.handle, entry]));
  const sections = new Map(all(".document").map(section => [Number(section.dataset.doc), section]));
  const listed = new Map(all("#documents [data-doc]").map(row => {
    const link = row.querySelector("a");
    return [Number(row.dataset.doc), { row, title: link.textContent, low: row.textContent.toLowerCase() }];
  }));
  const numbers = listed.size ? [...listed.keys()] : [...sections.keys()];

  // ---- The address

  const docOf = handle => Number(/^[rx](\d+)-/.exec(handle ?? "")?.[1]) || null;

  // Links that work without a script too name an element: #d7, #d7o123, #r7-3.
  const parsed = hash => {
    const text = hash.replace(/^#/, "");
    if (/^[rx]\d+-\d+$/.test(text)) return new URLSearchParams({ record: text });
    const doc = /^d(\d+)(o\d+)?$/.exec(text);
    return doc ? new URLSearchParams({ doc: doc[1] }) : new URLSearchParams(text);
  };
  const state = () => {
    const found = parsed(location.hash);
    const doc = docOf(found.get("record"));
    if (doc) found.set("doc", doc);
    if (mode === "document") found.set("doc", numbers[0]);
    return found;
  };
  const address = wanted => {
    const rest = new URLSearchParams(wanted);
    const doc = Number(rest.get("doc"));
    if (docOf(rest.get("record")) || mode !== "single") rest.delete("doc");
    const page = mode === "single" || mode === "document" && doc === numbers[0] ? ""
      : doc ? pages + String(doc).padStart(Number(digits), "0") + ".html" : mode === "index" ? "" : home;
    return `${page}#${rest}`;
  };
  const changed = (changes, base = state()) => {
    const wanted = new URLSearchParams(base);
    for (const [name, value] of Object.entries(changes))
      if (value === null || value === "") wanted.delete(name); else wanted.set(name, value);
    if ("doc" in changes && !("record" in changes) || "record" in changes && !changes.record) {
      wanted.delete("record");
      wanted.delete("field");
    }
    const doc = docOf(wanted.get("record"));
    if (doc) wanted.set("doc", doc);
    return wanted;
  };
  const go = changes => {
    const to = address(changed(changes));
    if (!to.startsWith("#")) location.href = to;
    // A walk through the records is no walk through the history.
    else if ("record" in changes && changed(changes).get("doc") === state().get("doc")) {
      history.replaceState(null, "", to);
      show();
    } else if (to !== location.hash) {
      history.pushState(null, "", to);
      show();
    }
  };

  // ---- Words

  const language = () => state().get("lang") === "en" ? 1 : 0;
  const word = key => words[key][language()];
  let spoken = 0;
  const speak = () => {
    if (spoken === language()) return;
    spoken = language();
    document.documentElement.lang = ["zh-Hans", "en"][spoken];
    for (const element of all("[data-t]")) element.textContent = word(element.dataset.t);
    for (const [kind, attribute] of [["tTitle", "title"], ["tLabel", "aria-label"]])
      for (const element of all(`[data-${kind.replace("T", "-t")}]`))
        element.setAttribute(attribute, word(element.dataset[kind]));
    by("language").textContent = word("language");
    by("language").lang = ["en", "zh-Hans"][spoken];
  };

  // ---- Filters

  const DATE = /^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
  // The first and last day that a partial date can mean; months have 31 days, for days are only compared.
  const bounds = date => {
    const parts = date.split("/").map(part => {
      const quarter = /^(\d{4})-Q([1-4])$/.exec(part);
      if (quarter) return [1, 3].map((nth, at) =>
        `${quarter[1]}-${String(3 * quarter[2] - 3 + nth).padStart(2, "0")}-${at ? 31 : "01"}`);
      return part && !part.startsWith("--") ? [part + "-01-01".slice(part.length - 4), part + "-12-31".slice(part.length - 4)] : null;
    });
    return parts.every(Boolean) ? [parts[0][0], parts.at(-1)[1]] : null;
  };
  const bucket = date => {
    const first = date.split("/")[0];
    if (!first || first.startsWith("--")) return "";
    return first[5] === "Q" ? first.slice(0, 4) : first.slice(0, 7);
  };
  const holds = (when, of) => {
    if (when === "none") return !of;
    if (when.startsWith("..")) return Boolean(of) && of.slice(0, 4) <= when.slice(2);
    return when.endsWith("*") ? of.startsWith(when.slice(0, -1)) : of === when;
  };
  // The organizations that are meant: the one of that name, else all whose names have it inside.
  const meant = name => {
    const exact = catalogue.organizations.indexOf(name);
    return new Set(exact >= 0 ? [exact] : catalogue.organizations.flatMap((each, at) => each.includes(name) ? [at] : []));
  };
  const filter = wanted => {
    const [type, org, from, to, when, q] = FILTERS.map(name => wanted.get(name)?.trim() ?? "");
    const bodies = org ? meant(org) : null;
    const first = DATE.test(from) ? bounds(from)[0] : "";
    const last = DATE.test(to) ? bounds(to)[1] : "";
    const low = q.toLowerCase();
    const active = Boolean(type || org || first || last || when || q);
    return {
      active, low, q,
      document: text => !low || text.includes(low),
      entry: entry => {
        if (type && entry.type !== type || when && !holds(when, bucket(entry.date))) return false;
        if (bodies && !entry.bodies.some(body => bodies.has(body)) || low && !entry.low.includes(low)) return false;
        if (!first && !last) return true;
        const span = bounds(entry.date);
        return Boolean(span) && (!first || span[1] >= first) && (!last || span[0] <= last);
      },
      // A candidate has no date or organization that holds: its words decide.
      row: row => (!type || row.dataset.type === type) && !first && !last && !when
        && (!org || row.textContent.includes(org)) && (!low || row.textContent.toLowerCase().includes(low)),
    };
  };

  // ---- What is shown

  let chosen = null;
  let portion = PORTION;
  let shown = "";
  const current = () => sections.get(Number(state().get("doc")));
  const rows = section => all("[data-row]", section).filter(row => !row.hidden && !row.closest("details:not([open])"));

  const showDocument = (section, wanted) => {
    const handles = new Set();
    for (const row of all("[data-row]", section)) {
      const entry = entryOf.get(row.dataset.row);
      row.hidden = entry ? !wanted.entry(entry) : !wanted.row(row);
      if (!row.hidden) handles.add(row.dataset.row);
    }
    for (const group of all(".group, .refused", section)) {
      const count = all("[data-row]:not([hidden])", group).length;
      group.hidden = !count;
      group.querySelector(".tally").textContent = count;
    }
    for (const part of all("[data-r]", section)) {
      const types = new Set(part.dataset.r.split(" ").filter(handle => handles.has(handle)).map(handle => by(handle).dataset.type));
      part.classList.toggle("off", wanted.active && !types.size);
      // Of several types those that are left out are not to be seen.
      for (const one of part.matches(".s") ? [part, ...part.children] : []) {
        const type = /\bt-(\w+)/.exec(one.className)?.[1];
        one.classList.toggle("bare", wanted.active && Boolean(type) && !types.has(type));
      }
    }
    return handles;
  };

  const inText = (section, low) => {
    const ranges = [];
    if (low) {
      const walker = document.createTreeWalker(section.querySelector(".text"), NodeFilter.SHOW_TEXT);
      const nodes = [];
      let text = "";
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        nodes.push([text.length, node]);
        text += node.data;
      }
      // A word may be broken by line ends where the article was printed in lines.
      const letters = [...low].filter(letter => letter.trim()).map(letter => letter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      if (!letters.length) return 0;
      const place = at => {
        let [low_, high] = [0, nodes.length - 1];
        while (low_ < high) {
          const middle = low_ + high + 1 >> 1;
          if (nodes[middle][0] <= at) low_ = middle; else high = middle - 1;
        }
        return [nodes[low_][1], at - nodes[low_][0]];
      };
      for (const match of text.matchAll(new RegExp(letters.join("\\s*"), "gi"))) {
        const range = new Range();
        range.setStart(...place(match.index));
        range.setEnd(...place(match.index + match[0].length));
        ranges.push(range);
      }
    }
    globalThis.CSS?.highlights?.set("found", new Highlight(...ranges));
    return ranges.length;
  };

  const result = entry => made("li", {}, made("a", { href: address(changed({ record: entry.handle })) },
    made("span", { className: `swatch t-${entry.type}`, textContent: word(`type.${entry.type}`) }),
    made("span", { className: "told", lang: "zh-Hans", textContent: entry.text }),
    made("span", { className: "date", textContent: entry.date })));

  // Of the documents those that have a matching record, or whose title matches, with their records.
  const matching = wanted => {
    const found = new Map();
    for (const [doc, { low }] of listed) if (wanted.low && wanted.document(low)) found.set(doc, []);
    for (const entry of records) if (wanted.entry(entry)) {
      if (!found.has(entry.doc)) found.set(entry.doc, []);
      found.get(entry.doc).push(entry);
    }
    return found;
  };

  const showResults = wanted => {
    const found = wanted.active ? matching(wanted) : new Map();
    by("results").hidden = !wanted.active;
    by("documents")?.toggleAttribute("hidden", wanted.active);
    let room = portion;
    const parts = [];
    for (const [doc, entries] of [...found].sort(([one], [other]) => one - other)) {
      if (room <= 0) break;
      parts.push(made("h3", {}, made("a", { href: address(changed({ doc })), textContent: listed.get(doc).title, lang: "zh" }),
        made("span", { className: "tally", textContent: ` ${entries.length}` })));
      parts.push(made("ul", {}, ...entries.slice(0, room).map(result)));
      room -= Math.max(entries.length, 1);
    }
    if (wanted.active && !parts.length) parts.push(made("p", { className: "note", textContent: word("nothing_found") }));
    by("found").replaceChildren(...parts);
    const total = [...found.values()].reduce((sum, entries) => sum + entries.length, 0);
    by("more").hidden = room > 0;
    return total;
  };

  const sync = (wanted, filtered) => {
    for (const name of ["type", "org", "from", "to", "q"]) {
      const control = by(`filter-${name}`);
      if (control !== document.activeElement || name === "type") control.value = wanted.get(name) ?? "";
      if (name === "from" || name === "to")
        control.setAttribute("aria-invalid", String(Boolean(wanted.get(name)) && !DATE.test(wanted.get(name))));
    }
    const when = wanted.get("when") ?? "";
    by("when").hidden = !when;
    by("when").textContent = `${word("when")} ${when === "none" ? "∅" : when.replace("..", "≤")} ×`;
    by("clear").hidden = !filtered.active;
    const place = numbers.indexOf(Number(wanted.get("doc")));
    const many = Number(document.body.dataset.count);
    by("place").textContent = wanted.get("doc") ? `${wanted.get("doc")} / ${many}` : `${many}`;
    by("previous").disabled = !wanted.get("doc");
    by("next").disabled = Number(wanted.get("doc")) === many;
    by("numbers").setAttribute("aria-pressed", String(wanted.get("numbers") !== "0"));
    by("missed").setAttribute("aria-pressed", String(wanted.get("missed") === "1"));
    document.body.classList.toggle("plain", wanted.get("numbers") === "0");
    document.body.classList.toggle("missed", wanted.get("missed") === "1");
    by("home").href = address(changed({ doc: null, record: null }));
    return place;
  };

  const show = () => {
    const wanted = state();
    // The index has no document in itself.
    if (mode === "index" && wanted.get("doc")) return location.replace(address(wanted));
    speak();
    const filtered = filter(wanted);
    const section = current();
    for (const [, each] of sections) each.classList.toggle("current", each === section);
    by("overview")?.toggleAttribute("hidden", Boolean(section));
    const what = section ? wanted.get("doc") : "";
    if (what !== shown) scrollTo(0, 0);
    shown = what;
    sync(wanted, filtered);
    let handles = new Set();
    if (section) {
      handles = showDocument(section, filtered);
      const places = inText(section, filtered.low);
      const count = [...handles].filter(handle => handle[0] === "r").length;
      by("shown").textContent = `${count} ${word("shown")}` + (filtered.low ? ` · ${places} ${word("found_in_text")}` : "");
      by("missed-count").textContent = section.dataset.missed;
    } else if (by("overview")) {
      by("shown").textContent = `${filtered.active ? showResults(filtered) : (showResults(filtered), records.length)} ${word("shown")}`;
      by("missed-count").textContent = "";
    }
    tell("view", { doc: section ? Number(wanted.get("doc")) : null, handles: section ? rows(section).map(row => row.dataset.row) : [] });
    select(section, wanted);
  };

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`report:${name}`, { detail }));

  // ---- One record

  // Scrolls the element's own pane only.
  const reveal = (element, paneSelector) => {
    const pane = element?.closest(paneSelector);
    if (!pane) return;
    const [box, room] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
    if (box.top < room.top + 8 || box.bottom > room.top + pane.clientHeight * 0.6) pane.scrollTop += box.top - room.top - pane.clientHeight / 3;
  };

  const select = (section, wanted) => {
    all(".on, .at, .picked").forEach(each => each.classList.remove("on", "at", "picked"));
    all(".card").forEach(each => { each.hidden = true; });
    const row = section && by(wanted.get("record") ?? "");
    const handle = row?.dataset.row ?? null;
    if (row) {
      const field = wanted.get("field");
      row.closest("details")?.setAttribute("open", "");
      row.classList.add("on");
      const parts = all(`[data-r~="${handle}"]`, section);
      const values = all("[data-c]", section).filter(each =>
        each.dataset.c.split(" ").some(value => field ? value === `${handle}:${field}` : value.startsWith(`${handle}:`)));
      parts.forEach(each => each.classList.add("on"));
      values.forEach(each => each.classList.add("at"));
      if (field) row.querySelector(`[data-field="${CSS.escape(field)}"]`)?.classList.add("picked");
      card(section, row);
      reveal(field && values[0] || parts.find(each => each.classList.contains("s")) || values[0], ".article");
      const sheet = parts.find(each => each.classList.contains("box"))?.closest("figure");
      if (sheet) sheet.parentElement.scrollLeft = sheet.offsetLeft - sheet.parentElement.offsetLeft;
      reveal(row, ".records");
    }
    if (handle !== chosen) {
      chosen = handle;
      tell("record", { handle, id: row?.dataset.id ?? null, type: row?.dataset.type ?? null, row: row ?? null });
    }
  };

  // The record's values, each beside what is printed where it stands, and what it rests on.
  const card = (section, row) => {
    const handle = row.dataset.row;
    const cells = all("[data-field]", row);
    if (!cells.length) return;
    const heads = all("thead th", row.closest("table")).slice(1);
    const lines = cells.flatMap((cell, at) => {
      const value = cell.querySelector(".value");
      if (!value) return [];
      const printed = all(`.s[data-c~="${handle}:${cell.dataset.field}"]`, section).map(each => each.textContent).join("");
      const rests = all(".check", cell).map(each => `${each.textContent} ${word(each.dataset.check)}`).join(", ");
      return [made("tr", {}, made("th", { scope: "row" }, ...[...heads[at].childNodes].map(each => each.cloneNode(true))),
        made("td", { lang: "zh-Hans" }, ...[...value.childNodes].map(each => each.cloneNode(true))),
        made("td", { lang: "zh" }, printed ? `「${printed.replace(/\s+/g, "")}」` : ""),
        made("td", { className: "note" }, rests || word("unchecked")))];
    });
    const box = section.querySelector(".card");
    const close = made("button", { type: "button", textContent: "×", title: word("clear_record"), onclick: () => go({ record: null }) });
    close.setAttribute("aria-label", word("clear_record"));
    const title = made("strong", { textContent: `${word(`type.${row.dataset.type}`)} ${row.querySelector(".count").firstChild.textContent}` });
    const doubt = row.querySelector("[data-check=doubtful]");
    box.replaceChildren(made("header", {}, title, ...(doubt ? [`~ ${word("doubtful")}`] : []), close),
      made("table", {}, made("tbody", {}, ...lines)));
    box.hidden = false;
  };

  // ---- Keys and clicks

  const typing = event => Boolean(event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable], dialog[open]"));

  const step = by_ => {
    const wanted = state();
    const section = current();
    if (!section) {
      const first = records.find(filter(wanted).entry);
      if (first) go({ record: first.handle });
      return;
    }
    const visible = rows(section);
    const at = visible.findIndex(row => row.dataset.row === wanted.get("record"));
    const next = at < 0 ? (by_ > 0 ? 0 : visible.length - 1) : at + by_;
    if (visible[next]) go({ record: visible[next].dataset.row, field: null });
    else if (mode === "single" && at >= 0) walk(by_, by_ > 0 ? 0 : -1);
  };

  // To the next document that has something to show; with `end`, to its first or last record.
  const walk = (by_, end = null) => {
    const wanted = state();
    const at = Number(wanted.get("doc"));
    const filtered = filter(wanted);
    const has = mode === "single" && filtered.active ? new Set(records.filter(filtered.entry).map(entry => entry.doc)) : null;
    for (let doc = at + by_; doc >= 1 && doc <= Number(document.body.dataset.count); doc += by_) {
      if (has && !has.has(doc)) continue;
      const entries = end === null ? [] : records.filter(entry => entry.doc === doc && filtered.entry(entry));
      if (entries.length) go({ record: entries.at(end).handle, field: null }); else go({ doc });
      return;
    }
    if (by_ < 0 && at && end === null) go({ doc: null });
  };

  const toggle = (name, off, on) => go({ [name]: (state().get(name) ?? off) === off ? on : null });
  const help = () => by("help").open ? by("help").close() : by("help").showModal();
  const openFilters = open => {
    by("controls").classList.toggle("open", open);
    by("open-filters").setAttribute("aria-expanded", String(open));
  };
  const KEYS = {
    j: () => step(1), k: () => step(-1), n: () => walk(1), p: () => walk(-1),
    m: () => toggle("missed", "0", "1"), o: () => go({ doc: null }), "?": help,
    "/": () => { openFilters(true); by("filter-q").focus(); },
    Escape: () => go({ record: null }),
  };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event)) {
      if (event.key === "Escape" && event.target.matches("input, select")) event.target.blur();
      else if (event.key === "?" && by("help").open) help();
      else return;
    } else if (KEYS[event.key]) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target;
    const link = target.closest("a");
    const row = target.closest("[data-row]");
    if (row) {
      if (link) event.preventDefault();
      if (!link && String(getSelection())) return;
      return go({ record: row.dataset.row, field: target.closest("[data-field]")?.dataset.field ?? null });
    }
    if (link) {
      const to = link.getAttribute("href");
      if (!to?.startsWith("#") || link.id === "home") return;
      event.preventDefault();
      // What a link asks for replaces the filters, and leaves how things are shown.
      const wanted = Object.fromEntries(parsed(to));
      const keep = wanted.record ? {} : Object.fromEntries(["doc", ...FILTERS].map(name => [name, null]));
      return go({ ...keep, ...wanted });
    }
    const part = target.closest("[data-r]");
    if (part && !String(getSelection())) {
      const handles = part.dataset.r.split(" ").filter(handle => !by(handle).hidden);
      const at = handles.indexOf(state().get("record"));
      if (handles.length) go({ record: handles[(at + 1) % handles.length], field: null });
    }
  });

  // Said when it is asked for: there are thousands of these.
  document.addEventListener("mouseover", event => {
    const sign = event.target.closest?.("[data-check]");
    if (sign) sign.title = word(sign.dataset.check);
  });

  // ---- Text that a person selects

  const offset = (node, at) => {
    const part = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node.childNodes[at] ?? node).closest?.(".s");
    if (!part) return null;
    const range = new Range();
    range.setStart(part, 0);
    if (node.nodeType === Node.TEXT_NODE) range.setEnd(node, at); else range.collapse(true);
    return Number(part.dataset.start) + [...range.toString()].length;
  };
  const selection = () => {
    const selected = getSelection();
    if (!selected.rangeCount || selected.isCollapsed) return null;
    const range = selected.getRangeAt(0);
    const text = range.startContainer.parentElement?.closest(".text");
    if (!text || !text.contains(range.endContainer)) return null;
    const section = text.closest(".document");
    const [start, end] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
    if (start === null || end === null || start >= end) return null;
    return { doc: Number(section.dataset.doc), name: section.dataset.name, start, end, text: range.toString() };
  };

  // ---- Controls

  for (const name of ["type", "org", "from", "to", "q"]) {
    const control = by(`filter-${name}`);
    control.addEventListener(name === "q" ? "input" : "change", () => {
      portion = PORTION;
      go({ [name]: control.value.trim(), record: null });
    });
  }
  by("filters").addEventListener("submit", event => event.preventDefault());
  by("when").addEventListener("click", () => go({ when: null }));
  by("clear").addEventListener("click", () => go(Object.fromEntries(FILTERS.map(name => [name, null]))));
  by("previous").addEventListener("click", () => walk(-1));
  by("next").addEventListener("click", () => walk(1));
  by("missed").addEventListener("click", KEYS.m);
  by("numbers").addEventListener("click", () => toggle("numbers", "1", "0"));
  by("language").addEventListener("click", () => go({ lang: language() ? null : "en" }));
  by("open-help").addEventListener("click", help);
  by("open-filters").addEventListener("click", () => openFilters(!by("controls").classList.contains("open")));
  by("more")?.addEventListener("click", () => { portion += PORTION; show(); });
  by("organizations").append(...catalogue.organizations.slice(0, 2000).map(value => made("option", { value })));
  by("controls").hidden = false;

  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  globalThis.report = Object.freeze({ state, go, selection, typing, word });
  show();
  tell("ready", {});
})();
