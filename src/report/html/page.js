// The moving parts of report.html: the theme, the table of rows (only the rows in view are in the
// document), the tree of customers (opened level by level), the details of a row. Text reaches the
// page through textContent alone.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const plain = (number) => number.toLocaleString("en");
  const data = JSON.parse($("data").textContent);
  const statuses = data.statuses;
  // A row: index, number, status, id or 0, parent, code, message, cells. The parent is a row's index,
  // or a customer's id below zero, or null. After an undo there may be a ninth: what became of it.
  const [INDEX, NUMBER, STATUS, ID, PARENT, CODE, MESSAGE, CELLS, UNDONE] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const nameOf = (row) => row[CELLS][data.name] || "(no name)";
  const badge = (row) => {
    const undone = row[UNDONE] ? ", " + row[UNDONE] : "";
    const colour = undone ? "pending" : statuses[row[STATUS]];
    return make("span", "badge " + colour, statuses[row[STATUS]] + undone);
  };

  // --- theme ---
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { $("theme").textContent = isDark() ? "Light theme" : "Dark theme"; };
  try {
    const kept = localStorage.getItem("partner-import-theme");
    if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  } catch { /* a page from a disk may have no storage */ }
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("partner-import-theme", root.dataset.theme); } catch { /* as above */ }
    nameTheme();
  });
  system.addEventListener("change", nameTheme);
  nameTheme();

  // --- commands ---
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(button.previousElementSibling);
        button.textContent = "Press Ctrl+C";
      }
    });
  }

  // --- the details of a row ---
  const show = (row) => {
    $("detail-title").textContent = "Row " + row[NUMBER] + ": " + nameOf(row);
    const list = $("detail-list");
    list.replaceChildren();
    const add = (label, value) => {
      list.append(make("dt", "", label), make("dd", "", value));
    };
    const status = make("dd");
    status.append(badge(row));
    list.append(make("dt", "", "Status"), status);
    if (row[ID]) add("ID", String(row[ID]));
    if (row[CODE]) add("Code", row[CODE]);
    if (row[MESSAGE]) add("Message", row[MESSAGE]);
    const parent = byIndex.get(above(row));
    if (parent) add("Below", nameOf(parent) + " (row " + parent[NUMBER] + ")");
    else if (row[PARENT] < 0) add("Below", "customer " + -row[PARENT]);
    row[CELLS].forEach((cell, column) => {
      if (cell !== "") add(data.columns[column] || "(column " + (column + 1) + ")", cell);
    });
    $("detail").showModal();
  };
  $("detail-close").addEventListener("click", () => $("detail").close());
  const byIndex = new Map(data.rows.map((row) => [row[INDEX], row]));
  const byId = new Map(data.rows.filter((row) => row[ID]).map((row) => [row[ID], row]));
  // Where a row stands: another row's index, even where the plan knew it by its id; else as given.
  const above = (row) => {
    const parent = row[PARENT];
    if (parent === null || parent >= 0) return byIndex.has(parent) ? parent : null;
    const known = byId.get(-parent);
    return known && known !== row ? known[INDEX] : parent;
  };

  // --- the table: filter, search, sort ---
  const pane = $("window");
  const body = $("rows");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const by = {
    row: (a, b) => a[INDEX] - b[INDEX],
    status: (a, b) => a[STATUS] - b[STATUS],
    id: (a, b) => a[ID] - b[ID],
    name: (a, b) => collator.compare(nameOf(a), nameOf(b)),
    code: (a, b) => collator.compare(a[CODE], b[CODE]),
    message: (a, b) => collator.compare(a[MESSAGE], b[MESSAGE]),
  };
  let order = { key: "row", sign: 1 };
  let sorted = data.rows;
  let matching = data.rows;
  let height = 0;
  // Search without regard to case and accents: "moller" finds "M\u00f6ller".
  const ACCENTS = /[\u0300-\u036f]/g;
  const plainly = (text) => text.toLowerCase().normalize("NFD").replace(ACCENTS, "");
  const haystacks = new Map();
  const haystack = (row) => {
    let text = haystacks.get(row);
    if (text === undefined) {
      text = plainly([row[NUMBER], row[ID] || "", row[CODE], row[MESSAGE], row[UNDONE] || "", ...row[CELLS]].join("\n"));
      haystacks.set(row, text);
    }
    return text;
  };
  const codesOf = (row) => row[CODE].split(" ");

  const filter = () => {
    const words = plainly($("search").value).split(/\s+/).filter(Boolean);
    const wanted = new Set();
    for (const box of document.querySelectorAll("#statuses input:checked")) wanted.add(Number(box.value));
    const code = $("code").value;
    matching = sorted.filter((row) =>
      wanted.has(row[STATUS])
      && (!code || codesOf(row).includes(code))
      && words.every((word) => haystack(row).includes(word)));
    const of = plain(matching.length) + " of " + plain(data.rows.length) + " rows";
    $("shown").textContent = of;
    $("table").setAttribute("aria-rowcount", matching.length + 1);
    pane.scrollTop = 0;
    render(true);
  };

  const sort = (key) => {
    const same = order.key === key;
    order = { key, sign: same ? -order.sign : 1 };
    const compare = by[key];
    sorted = data.rows.slice().sort((a, b) => order.sign * (compare(a, b) || by.row(a, b) * order.sign));
    for (const head of document.querySelectorAll("#table th")) {
      const direction = order.sign > 0 ? "ascending" : "descending";
      head.setAttribute("aria-sort", head.dataset.key === key ? direction : "none");
    }
    filter();
  };

  const line = (row, position) => {
    const tr = make("tr");
    tr.setAttribute("aria-rowindex", position + 2);
    const number = make("td", "c-row");
    const button = make("button", "", String(row[NUMBER]));
    button.type = "button";
    button.title = String(row[NUMBER]);
    button.dataset.index = row[INDEX];
    button.setAttribute("aria-label", "Row " + row[NUMBER] + ", details");
    button.addEventListener("click", () => show(row));
    number.append(button);
    const status = make("td", "c-status");
    status.append(badge(row));
    tr.append(number, status, make("td", "c-id", row[ID] ? String(row[ID]) : ""));
    for (const [className, text] of [["c-name", nameOf(row)], ["c-code", row[CODE]], ["c-message", row[MESSAGE]]]) {
      const cell = make("td", className);
      cell.append(make("bdi", "", text));
      cell.title = text;
      tr.append(cell);
    }
    // Where there is no room for code and message, they stand below the name.
    const under = row[MESSAGE] || (row[ID] ? "ID " + row[ID] : "");
    if (under) tr.querySelector(".c-name").append(make("span", "under", under));
    return tr;
  };

  const gap = (pixels) => {
    const tr = make("tr", "gap");
    tr.setAttribute("aria-hidden", "true");
    // In one column only: a cell over all of them would call columns back that are hidden on a phone.
    const td = make("td");
    td.style.height = pixels + "px";
    tr.append(td);
    return tr;
  };

  let drawn = [0, 0];
  const draw = (first, last) => {
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.index : undefined;
    const lines = [];
    for (let at = first; at < last; at += 1) lines.push(line(matching[at], at));
    if (!matching.length) {
      const none = make("tr", "none");
      const td = make("td", "", "No row matches the search and the filters.");
      td.colSpan = [...$("table").tHead.rows[0].cells].filter((head) => head.offsetParent).length;
      none.append(td);
      lines.push(none);
    }
    body.replaceChildren(gap(first * height), ...lines, gap((matching.length - last) * height));
    drawn = [first, last];
    if (focused !== undefined) {
      const again = body.querySelector("button[data-index='" + focused + "']");
      (again || pane).focus({ preventScroll: true });
    }
  };
  const render = (anew) => {
    if (!height && matching.length) {
      draw(0, 1);
      height = body.children[1].getBoundingClientRect().height || 40;
    }
    const rows = Math.ceil(Math.max(pane.clientHeight, innerHeight * 0.7) / (height || 40));
    const top = Math.floor(pane.scrollTop / (height || 40));
    const [from, to] = [Math.max(0, top - 2), Math.min(matching.length, top + rows + 2)];
    if (anew || from < drawn[0] || to > drawn[1]) {
      draw(Math.max(0, top - rows), Math.min(matching.length, top + 2 * rows + 2));
    }
  };

  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; render(false); });
  };
  let typing;
  $("search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 120); });
  $("code").addEventListener("change", filter);
  $("statuses").addEventListener("change", filter);
  $("reset").addEventListener("click", () => {
    $("search").value = "";
    $("code").value = "";
    for (const box of document.querySelectorAll("#statuses input")) box.checked = true;
    filter();
  });
  pane.addEventListener("scroll", soon, { passive: true });
  // From a row's button the arrow keys lead to the next row.
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const target = step && event.target.closest("tr")[step];
    const button = target && target.querySelector("button");
    if (!button) return;
    event.preventDefault();
    button.focus({ preventScroll: true });
    // The head covers the top of the pane.
    const [box, view] = [target.getBoundingClientRect(), pane.getBoundingClientRect()];
    const head = $("table").tHead.getBoundingClientRect().height;
    if (box.bottom > view.bottom) pane.scrollTop += box.bottom - view.bottom + 2;
    else if (box.top < view.top + head) pane.scrollTop -= view.top + head - box.top;
  });
  addEventListener("resize", () => { height = 0; render(true); });
  for (const head of document.querySelectorAll("#table th")) {
    head.querySelector("button").addEventListener("click", () => sort(head.dataset.key));
  }
  for (const button of document.querySelectorAll("button.show")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      $("code").value = button.dataset.code || "";
      for (const box of document.querySelectorAll("#statuses input")) {
        box.checked = !button.dataset.status || statuses[box.value] === button.dataset.status;
      }
      $("search").value = "";
      filter();
      $("rows-title").scrollIntoView();
      pane.focus({ preventScroll: true });
    });
  }
  const PRINTED = 1000;
  let opened = [];
  addEventListener("beforeprint", () => {
    const left = matching.length - PRINTED;
    $("paper").textContent = left > 0 ? "The first " + plain(PRINTED) + " of them; results.csv and results.xlsx hold all." : "";
    draw(0, Math.min(matching.length, PRINTED));
    if (data.rows.length > PRINTED) return;
    // Opening one may draw others below it.
    for (let closed; (closed = $("tree").querySelector("details:not([open])"));) {
      closed.fill();
      closed.open = true;
      opened.push(closed);
    }
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
    render(true);
  });

  // --- the tree: children are drawn when their parent is opened, so many at a time ---
  const MANY = 100;
  const OPENED = 40;
  const children = new Map();
  for (const row of data.rows) {
    const place = above(row);
    if (!children.has(place)) children.set(place, []);
    children.get(place).push(row);
  }
  // What stands below a row, how many of it did not make it: counted when it is first drawn.
  const tally = (rows) => {
    let [all, missing] = [0, 0];
    const seen = new Set();
    const left = rows.slice();
    while (left.length) {
      const row = left.pop();
      if (seen.has(row)) continue;
      seen.add(row);
      all += 1;
      if (row[STATUS] > 1 || row[UNDONE] === "removed" || row[UNDONE] === "gone") missing += 1;
      for (const one of children.get(row[INDEX]) || []) left.push(one);
    }
    const more = missing ? ", " + plain(missing) + " of them not in the tenant" : "";
    return " \u2013 " + plain(all) + " below" + more;
  };
  const describe = (row) => {
    const parts = [badge(row), " ", make("bdi", "", nameOf(row)), " "];
    const where = "row " + row[NUMBER] + (row[ID] ? ", ID " + row[ID] : "");
    return [...parts, make("span", "quiet", where)];
  };
  const branch = (rows) => {
    const list = make("ul");
    let at = 0;
    const more = make("li");
    const button = make("button");
    button.type = "button";
    more.append(button);
    const next = () => {
      const fresh = rows.slice(at, at + MANY).map(leaf);
      at += fresh.length;
      more.remove();
      list.append(...fresh);
      if (at < rows.length) {
        button.textContent = "Show more (" + plain(rows.length - at) + " left)";
        list.append(more);
      }
      return fresh[0];
    };
    button.addEventListener("click", () => {
      const target = next().querySelector("summary, .leaf");
      target.tabIndex = 0;
      target.focus();
    });
    next();
    return list;
  };
  const fold = (label, rows, open) => {
    const details = make("details");
    const summary = make("summary");
    summary.append(...label);
    details.append(summary);
    const fill = () => { if (details.children.length === 1) details.append(branch(rows)); };
    details.fill = fill;
    details.addEventListener("toggle", fill);
    if (open) { fill(); details.open = true; }
    return details;
  };
  const leaf = (row) => {
    const item = make("li");
    const below = children.get(row[INDEX]);
    if (below) {
      const count = make("span", "quiet", tally(below));
      item.append(fold([...describe(row), count], below, false));
    } else {
      const text = make("div", "leaf");
      text.append(...describe(row));
      item.append(text);
    }
    return item;
  };
  const top = make("ul");
  const roots = [...children.keys()].filter((key) => key === null || key < 0);
  roots.sort((a, b) => (a === null) - (b === null) || b - a);
  const placed = roots.filter((key) => key !== null).length;
  for (const key of roots) {
    const rows = children.get(key);
    const title = key === null ? "Rows without a known place" : "Below customer " + -key;
    const item = make("li");
    item.append(fold([make("strong", "", title), make("span", "quiet", tally(rows).replace(" below", ""))], rows, key !== null && placed === 1 && rows.length <= OPENED));
    top.append(item);
  }
  $("tree").replaceChildren(top);

  $("live").hidden = false;
  filter();
})();
