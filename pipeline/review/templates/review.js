// The review of one document: a panel for the chosen record, filled by typing or by selecting in the article. What is
// decided is in the journal before the page shows it; the page keeps nothing that matters.
"use strict";
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const types = read("review-types");
  const panel = document.getElementById("review");
  const adding = document.getElementById("review-add");
  const told = document.getElementById("review-told");
  const REASONS = ["原文没有这样说", "口号、计划或评价，不是事实", "与另一条重复", "类型不对"];
  const STATUSES = {
    undecided: ["待定", "undecided"], agreed: ["与金标一致", "as gold has it"], accepted: ["已接受", "accepted"],
    corrected: ["已更正", "corrected"], rejected: ["不采纳", "rejected"], added: ["新增", "added"],
  };
  let state = read("review-data");
  let draft = null;
  let last = null; // The record that was decided last: the walk goes on from there.
  let chosen = null; // What was selected last in the article: a click into a field takes the selection away.

  // --- making elements: text is only ever set as text ---

  const make = (tag, values = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && name !== "list") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.flat().filter(child => child !== null));
    return made;
  };
  const both = (zh, en) => [
    make("span", { className: "zh" }, zh),
    make("span", { className: "en", lang: "en" }, en),
  ];
  // The press itself must not take the selection away.
  const button = (zh, en, act, values = {}) =>
    make("button", { type: "button", onmousedown: event => event.preventDefault(), onclick: act, ...values }, both(zh, en));

  const tell = (zh, en = "") => {
    told.replaceChildren(...(zh ? both(zh, en || zh) : []));
    told.hidden = !zh;
  };

  // --- places in the article, in code points ---

  const article = () => document.querySelector(".text");

  const pointAt = offset => {
    const spans = all("[data-start]", article());
    const span = spans.findLast(each => Number(each.dataset.start) <= offset);
    if (!span) return null;
    let left = offset - Number(span.dataset.start);
    const walker = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const points = [...node.data];
      if (left <= points.length) return [node, points.slice(0, left).join("").length];
      left -= points.length;
    }
    return null;
  };

  const rangeOf = ({ start, end }) => {
    const [from, to] = [pointAt(start), pointAt(end)];
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  };

  // What the draft rests on, shown in the article while it is written.
  const shine = () => {
    if (!globalThis.CSS?.highlights) return;
    const ranges = spans => spans.map(rangeOf).filter(Boolean);
    CSS.highlights.set("review-evidence", new Highlight(...ranges(draft?.evidence ?? [])));
    CSS.highlights.set("review-place", new Highlight(...ranges(Object.values(draft?.places ?? {}).flat())));
  };

  const show = piece => {
    const range = piece && rangeOf(piece);
    (range?.startContainer.parentElement)?.scrollIntoView({ block: "center" });
  };

  // --- asking the program ---

  const ask = async (what, values) => {
    let answer;
    try {
      answer = await fetch(`../${what}/${state.number}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(values),
      });
    } catch {
      tell("程序没有回答：它可能已经结束。决定没有记下。", "No answer: the program may have ended. Nothing was written.");
      return null;
    }
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const found = isJson ? await answer.json() : { problems: [{ field: "", text: await answer.text(), english: "" }] };
    if (answer.ok) return found;
    blame(found.problems);
    return null;
  };

  const blame = problems => {
    all(".problem", panel).forEach(each => each.remove());
    for (const { field, text, english } of problems) {
      const said = make("p", { className: "problem", role: "alert" }, both(text, english || text));
      const row = field && panel.querySelector(`[data-of="${field}"]`);
      if (row) row.append(said);
      else if (!panel.hidden) panel.querySelector(".acts").before(said);
      else tell(text, english);
    }
    panel.querySelector(".problem")?.scrollIntoView({ block: "nearest" });
  };

  const decide = async (values, then = null) => {
    tell("");
    last = draft?.handle ?? draft?.record ?? null;
    const found = await ask("decide", values);
    if (!found) return;
    const facts = items => JSON.stringify(items.map(({ id, values, evidence }) => [id, values, evidence]));
    const anew = facts(found.items) !== facts(state.items)
      || JSON.stringify(found.article) !== JSON.stringify(state.article);
    const before = new Set(state.items.map(item => item.id));
    state = found;
    draft = null;
    if (!anew) {
      mark();
      close();
      then?.();
      return;
    }
    // Records changed: the page is made anew, and comes back to where it was.
    const added = state.items.find(item => !before.has(item.id));
    const panes = all(".article, .records").map(each => each.scrollTop);
    sessionStorage.setItem("review-then", JSON.stringify({ panes, page: scrollY }));
    if (added) report.go({ record: added.handle, field: "" });
    location.reload();
  };

  // --- how each record stands, in its row ---

  const openOnes = () => [
    ...state.items.filter(item => item.open).map(item => item.handle),
    ...state.others.filter(other => other.open).map(other => other.id),
  ];

  const mark = () => {
    for (const item of state.items) {
      const row = document.getElementById(item.handle);
      if (!row) continue;
      row.dataset.status = item.status;
      row.toggleAttribute("data-open", item.open);
      row.title = item.reason;
    }
    const decided = state.items.filter(item => item.status !== "undecided").length;
    const open = openOnes().length;
    const [zh, en] = state.side ? [`差异待定 ${open}`, `${open} differences open`]
      : [`已定 ${decided} / ${state.items.length}`, `${decided} of ${state.items.length} decided`];
    document.getElementById("review-progress").replaceChildren(...both(zh, en));
    document.getElementById("review-undo").disabled = !state.undo;
    document.getElementById("review-rest").disabled = decided === state.items.length;
  };

  const walk = step => {
    const order = [...state.items.map(item => item.handle), ...state.others.map(other => other.id)];
    const open = new Set(openOnes());
    const from = order.indexOf(draft?.handle ?? draft?.record ?? last);
    const line = step > 0 ? order : order.toReversed();
    const at = from < 0 ? -1 : line.indexOf(order[from]);
    const next = [...line.slice(at + 1), ...line.slice(0, at + 1)].find(each => open.has(each));
    if (dirty()) {
      tell("先保存或放弃修改。", "Save or discard the changes first.");
      return;
    }
    if (!next) {
      location.href = `../next/${state.number}`;
      return;
    }
    const other = state.others.find(each => each.id === next);
    if (other) begin({ other });
    else report.go({ record: next, field: "" });
  };

  // --- the panel ---

  const texts = value => Array.isArray(value) ? value.join("\n") : value === null || value === undefined ? "" : String(value);

  // item: a record of this run; other: one that only the other side has; candidate: a rejected one; else a new one.
  const begin = ({ item = null, other = null, candidate = null, type = "", evidence = [], about = null }) => {
    const source = item ?? other ?? candidate ?? { type, values: {}, evidence };
    const values = about ? state.article : source.values;
    draft = {
      item, other, about, handle: item?.handle ?? candidate?.handle,
      record: item?.id ?? other?.id ?? (about ? "article" : ""),
      type: about ? "article" : source.type,
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, texts(value)])),
      first: {}, places: {}, touched: new Set(), armed: "",
      evidence: about ? [] : source.evidence, firstEvidence: JSON.stringify(source.evidence ?? []),
    };
    draft.first = { ...draft.values };
    draft.fresh = !item && !about;
    paint();
    if (other || candidate) show(source.evidence[0]);
  };

  const changed = name => draft.touched.has(name) || (draft.values[name] ?? "") !== (draft.first[name] ?? "");
  const moved = () => JSON.stringify(draft.evidence) !== draft.firstEvidence;
  const dirty = () => Boolean(draft && !panel.hidden
    && (moved() || types[draft.type]?.fields.some(field => changed(field.name))));

  const close = () => {
    draft = null;
    panel.hidden = true;
    document.body.classList.remove("reviewing");
    shine();
  };

  const paint = () => {
    panel.hidden = false;
    panel.style.setProperty("--top", `${document.querySelector(".panes").getBoundingClientRect().top}px`);
    document.body.classList.add("reviewing");
    adding.hidden = true;
    const held = panel.scrollTop;
    panel.replaceChildren(heading(), ...form(), acts());
    panel.scrollTop = held;
    shine();
  };

  const heading = () => {
    const { item, other, about } = draft;
    const status = item ? item.status : null;
    const title = about ? both("文章信息", "The article") : item ? both(types[draft.type].label, draft.type)
      : other ? both("只有对方有的记录", "Only the other side has this") : both("新增记录", "A new record");
    return make("header", {},
      make("h2", {}, make("span", { className: draft.type && !about ? `swatch t-${draft.type}` : "" }, title)),
      status ? make("span", { className: "status", "data-status": status }, both(...STATUSES[status])) : null,
      item?.by && status !== "undecided" ? make("small", {}, item.by) : null,
      button("关闭", "Close", () => { close(); report.go({ record: "", field: "" }); }, { className: "close", title: "Esc" }),
      item?.reason ? make("p", { className: "note" }, item.reason) : null,
      item && state.side && item.theirs === null
        ? make("p", { className: "theirs" }, both("对方没有这条记录。", "The other side has no such record.")) : null);
  };

  const form = () => {
    const rows = [];
    if (draft.fresh) rows.push(typeRow());
    if (types[draft.type]) rows.push(...types[draft.type].fields.map(row));
    if (!draft.about) rows.push(evidenceRow());
    return rows;
  };

  const typeRow = () => make("div", { className: "field", "data-of": "type" },
    make("label", { htmlFor: "review-type" }, both("类型", "Type")),
    make("select", {
      id: "review-type",
      onchange: event => { draft.type = event.target.value; paint(); },
    }, make("option", { value: "" }, "—"), Object.entries(types).filter(([name]) => name !== "article").map(
      ([name, { label }]) => make("option", { value: name, selected: name === draft.type }, `${label} ${name}`))));

  const row = field => {
    const id = `review-${field.name}`;
    const theirs = draft.item?.theirs ? texts(draft.item.theirs[field.name]) : null;
    const differs = draft.item?.differs.includes(field.name) && theirs !== null;
    return make("div", {
      className: `field${changed(field.name) ? " changed" : ""}${draft.armed === field.name ? " armed" : ""}`,
      "data-of": field.name,
    },
    make("label", { htmlFor: id, title: field.hint }, both(field.label, field.name), field.required ? make("b", { title: "必填 required" }, "*") : null),
    input(field, id),
    field.choices.length ? make("span") : button("⇤", "⇤", () => fill(field.name), {
      className: "take", title: "填入所选的文字 Fill with the selection", "aria-label": `填入所选 ${field.label}`,
    }),
    differs ? make("p", { className: "theirs" },
      both(state.side === "gold" ? "金标：" : "另一批次：", state.side === "gold" ? "gold: " : "other run: "),
      make("span", { className: "value" }, shown(field, theirs) || "（空）"),
      button("取用", "Take", () => { draft.values[field.name] = theirs; delete draft.places[field.name]; paint(); })) : null);
  };

  const shown = (field, text) => Object.fromEntries(field.choices)[text] ?? text.replaceAll("\n", "、");

  const input = (field, id) => {
    const value = draft.values[field.name] ?? "";
    const act = event => {
      draft.values[field.name] = event.target.value;
      delete draft.places[field.name];
      event.target.closest(".field").classList.toggle("changed", changed(field.name));
      shine();
    };
    if (field.choices.length) {
      return make("select", { id, onchange: act }, make("option", { value: "" }, "—"),
        field.choices.map(([code, label]) => make("option", { value: code, selected: code === value }, `${label} ${code}`)));
    }
    const arm = () => {
      draft.armed = field.name;
      all(".field", panel).forEach(each => each.classList.toggle("armed", each.dataset.of === field.name));
    };
    return make(field.many ? "textarea" : "input", {
      id, value, oninput: act, onfocus: arm, autocomplete: "off", spellcheck: false,
      ...(field.many ? { rows: Math.max(1, value.split("\n").length), placeholder: "一行一个 one a line" } : {}),
    });
  };

  const evidenceRow = () => make("div", { className: "field evidence", "data-of": "evidence" },
    make("span", { className: "label" }, both("依据", "evidence"), make("b", {}, "*")),
    make("ul", {}, draft.evidence.map((piece, at) => make("li", {},
      make("a", { href: "#", onclick: event => { event.preventDefault(); show(piece); } }, piece.text.replace(/\s*\n\s*/g, "")),
      draft.evidence.length > 1
        ? button("×", "×", () => { draft.evidence = draft.evidence.toSpliced(at, 1); paint(); }, { title: "去掉 remove" }) : null))),
    make("div", {},
      button("改为所选", "Use the selection", () => cite([])),
      button("加上所选", "Add the selection", () => cite(draft.evidence))));

  const cite = before => {
    if (!chosen) {
      draft.armed = "evidence";
      tell("请在文章里选出文字。", "Select some text of the article.");
      return;
    }
    draft.evidence = [...before, chosen];
    draft.armed = "";
    tell("");
    paint();
  };

  const fill = async name => {
    if (!chosen) {
      tell("先在左边的文章里选出文字。", "Select some text of the article first.");
      return;
    }
    const [own, selection, field] = [draft, chosen, types[draft.type].fields.find(each => each.name === name)];
    const found = await ask("propose", { type: draft.type, field: name, selection });
    if (!found || draft !== own) return;
    if (!(name in found.values)) {
      tell("这段文字里读不出这个字段的值，请直接填写。", "No such value can be read there; type it.");
      return;
    }
    tell("");
    for (const [each, value] of Object.entries(found.values)) {
      const items = (draft.values[each] ?? "").split("\n").filter(Boolean);
      draft.values[each] = field.many ? [...new Set([...items, ...value])].join("\n") : texts(value);
      draft.touched.add(each);
    }
    draft.places[name] = [...(field.many ? draft.places[name] ?? [] : []), selection];
    draft.armed = "";
    getSelection().removeAllRanges();
    chosen = null;
    paint();
  };

  const acts = () => {
    const { item, other, about } = draft;
    const made = make("div", { className: "acts" });
    const fresh = draft.fresh;
    if (item) made.append(button("接受 (a)", "Accept (a)", accept, { className: "accept" }));
    made.append(fresh ? button("记下这条记录", "Add this record", save, { className: "save", title: "Ctrl+Enter" })
      : button("保存更正", "Save correction", save, { className: "save", title: "Ctrl+Enter" }));
    if (item || other) {
      made.append(
        make("span", { className: "reject" },
          make("input", { id: "review-reason", list: "review-reasons", placeholder: "理由 reason", autocomplete: "off", onkeydown: event => {
            if (event.key === "Enter" && !event.isComposing) reject();
          } }),
          make("datalist", { id: "review-reasons" }, REASONS.map(value => make("option", { value }))),
          button("不采纳 (x)", "Reject (x)", reject)));
    }
    made.dataset.of = "reason";
    if (about) made.dataset.of = "";
    return made;
  };

  // After a decision comes the next record that is open; where none is, none stays chosen.
  const onwards = () => openOnes().length ? walk(1) : report.go({ record: "", field: "" });

  const accept = () => {
    if (!dirty()) return decide({ kind: "accept", record: draft.record }, onwards);
    return tell("先保存或放弃修改。", "Save or discard the changes first.");
  };

  const reject = () => {
    const reason = document.getElementById("review-reason").value;
    return decide({ kind: "reject", record: draft.record, reason }, onwards);
  };

  const save = () => {
    if (!draft.type) {
      blame([{ field: "type", text: "先选记录的类型。", english: "Choose the type of the record first." }]);
      return null;
    }
    const fields = types[draft.type].fields;
    const wanted = fields.filter(({ name }) => draft.fresh ? draft.values[name] : changed(name));
    const values = Object.fromEntries(wanted.map(({ name, many }) => {
      const text = draft.values[name] ?? "";
      return [name, many ? text.split("\n").filter(line => line.trim()) : text];
    }));
    const places = Object.fromEntries(Object.entries(draft.places).filter(([name]) => name in values));
    const about = { record: draft.record, values, places };
    if (draft.fresh) {
      return decide({ kind: "add", type: draft.type, ...about, evidence: draft.evidence }, null);
    }
    if (!dirty()) {
      tell("没有改动。", "Nothing was changed.");
      return null;
    }
    return decide({ kind: "correct", ...about, ...(moved() ? { evidence: draft.evidence } : {}) }, null);
  };

  const undo = () => decide({ kind: "undo" });
  const rest = () => {
    const open = state.items.filter(item => item.status === "undecided").length;
    const asked = document.documentElement.lang === "en"
      ? `Accept ${open} undecided records as they stand?` : `把其余 ${open} 条待定的记录照现在的样子接受？`;
    if (open && confirm(asked)) decide({ kind: "rest" });
  };

  // --- what happens on the page ---

  const choose = ({ handle }) => {
    if (!handle) {
      if (!dirty() && !draft?.fresh && !draft?.about) close();
      return;
    }
    if (dirty()) {
      if (draft.handle !== handle) tell("先保存或放弃修改。", "Save or discard the changes first.");
      return;
    }
    const item = state.items.find(each => each.handle === handle);
    const candidate = state.candidates.find(each => each.handle === handle);
    if (item) begin({ item });
    else if (candidate) begin({ candidate });
  };

  const add = () => {
    if (!chosen || dirty()) return;
    begin({ evidence: [chosen] });
    document.getElementById("review-type").focus();
  };

  // Whether anything of the article is selected now; what it is, is kept.
  const note = () => {
    const selection = report.selection();
    if (!selection) return false;
    const { start, end, text } = selection;
    chosen = { start, end, text };
    return true;
  };

  document.addEventListener("selectionchange", () => {
    if (!note()) adding.hidden = true;
  });

  document.addEventListener("mouseup", event => {
    if (!event.target.closest(".article") || !note()) return;
    if (draft?.armed && !panel.hidden) {
      if (draft.armed === "evidence") cite([]);
      else fill(draft.armed);
      return;
    }
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    adding.style.setProperty("--x", `${Math.max(8, Math.min(box.left, innerWidth - 160))}px`);
    adding.style.setProperty("--y", `${Math.min(box.bottom + 6, innerHeight - 44)}px`);
    adding.hidden = dirty();
  });

  const KEYS = {
    a: () => draft?.item && accept(),
    x: () => document.getElementById("review-reason")?.focus(),
    e: () => panel.querySelector("input, textarea, select")?.focus(),
    s: add, u: undo, d: () => walk(1), D: () => walk(-1), t: () => !dirty() && begin({ about: true }),
  };

  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !panel.hidden) {
      event.preventDefault();
      save();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || report.typing(event)) return;
    if (event.key === "Escape" && draft && !dirty()) close();
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  document.addEventListener("report:record", event => choose(event.detail));
  adding.addEventListener("mousedown", event => event.preventDefault());
  adding.addEventListener("click", add);
  for (const [name, act] of Object.entries({
    next: () => walk(1), article: () => !dirty() && begin({ about: true }), rest, undo,
  })) {
    document.getElementById(`review-${name}`).addEventListener("click", act);
  }
  addEventListener("beforeunload", event => {
    if (dirty()) event.preventDefault();
  });

  // --- at the start: where the page was left ---

  document.querySelector(".bar").after(document.getElementById("review-tools"));
  mark();
  const left = JSON.parse(sessionStorage.getItem("review-then") ?? "null");
  sessionStorage.removeItem("review-then");
  const record = report.state().get("record");
  if (record) choose({ handle: record });
  if (location.search === "?done") tell("各篇都没有待定的记录了。", "Nothing is open in any document.");
  if (left) {
    scrollTo(0, left.page);
    all(".article, .records").forEach((each, at) => { each.scrollTop = left.panes[at] ?? 0; });
  }
})();
