// The moving parts of report.html: theme and times, the table of rows (only the rows in view are in the
// document), the details of a row, the tree of customers (opened level by level). Text reaches the page
// through textContent alone.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const icon = (name) => {
    const drawn = (tag, properties) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
      return element;
    };
    const svg = drawn("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true" });
    svg.append(drawn("use", { href: "#i-" + name }));
    return svg;
  };
  const plain = (number) => number.toLocaleString("en");
  const rowsOf = (number) => plain(number) + (number === 1 ? " row" : " rows");
  const data = JSON.parse($("data").textContent);
  const statuses = data.statuses;
  const SHAPES = {
    created: "ok", exists: "same", updated: "differ", failed: "no", invalid: "err", blocked: "hold", unknown: "ask", pending: "wait",
  };
  // A row: index, number, status, id or 0, parent, code, message, cells. The parent is a row's index,
  // or a customer's id below zero, or null. There may be a ninth, what became of it in an undo, and a
  // tenth, its cells at fault: column, severity, what is wrong, what may have been meant.
  const [INDEX, NUMBER, STATUS, ID, PARENT, CODE, MESSAGE, CELLS, UNDONE, FAULTS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  // The statuses up to this one are those of customers that are in the tenant.
  const LAST_THERE = statuses.indexOf("updated");
  const nameOf = (row) => row[CELLS][data.name] || "(no name)";
  const badge = (row) => {
    const status = statuses[row[STATUS]];
    const undone = row[UNDONE];
    const shown = make("span", "st " + (undone ? "pending" : status));
    shown.append(icon(undone ? "minus" : SHAPES[status]), make("span", "", undone ? status + ", " + undone : status));
    return shown;
  };

  // --- theme ---
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  try {
    const kept = localStorage.getItem("partner-import-theme");
    if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  } catch { /* a page from a disk may have no storage */ }
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => {
    const dark = (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("partner-import-theme", root.dataset.theme); } catch { /* as above */ }
  });

  // --- times, in the reader's own zone ---
  const localTimes = () => {
    const day = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
    const long = new Intl.DateTimeFormat("en-GB", { ...day, timeZoneName: "short" });
    const exact = new Intl.DateTimeFormat("en-GB", { ...day, year: undefined, second: "2-digit", fractionalSecondDigits: 1 });
    const second = new Intl.DateTimeFormat("en-GB", { ...day, year: undefined, second: "2-digit", timeZoneName: "short" });
    for (const one of document.querySelectorAll("time, [data-time]")) {
      const moment = one.getAttribute("datetime") || one.dataset.time;
      one.textContent = ("seconds" in one.dataset ? exact : one.dataset.time ? second : long).format(new Date(moment));
      one.setAttribute("title", moment);
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    $("zone").textContent = "Times are those of this computer" + (zone ? " (" + zone + ")." : ".");
  };
  localTimes();

  // --- what is copied ---
  const copying = (button, text, fallback) => {
    const words = button.textContent;
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text());
        button.textContent = "Copied";
      } catch {
        fallback();
        button.textContent = "Press Ctrl+C";
      }
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const command = button.previousElementSibling;
    copying(button, () => command.textContent, () => getSelection().selectAllChildren(command));
  }
  // As in the result files: what a spreadsheet would run as a formula is pasted as text.
  const harmless = (text) => (/^(?:[=+\-@\t\r]|'[=+\-@\t\r'])/.test(text) ? "'" + text : text);
  const pasted = (text) => {
    const safe = harmless(String(text));
    return /[\t\r\n"]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const asTable = (rows) => {
    const header = ["Row", "Status", "ID", ...data.columns, "Code", "Message"];
    const lines = rows.map((row) => [
      row[NUMBER], statuses[row[STATUS]], row[ID] || "", ...data.columns.map((_, column) => row[CELLS][column] ?? ""), row[CODE], row[MESSAGE],
    ]);
    return [header, ...lines].map((line) => line.map(pasted).join("\t")).join("\n") + "\n";
  };

  // --- who stands where ---
  const byIndex = new Map(data.rows.map((row) => [row[INDEX], row]));
  const byId = new Map(data.rows.filter((row) => row[ID]).map((row) => [row[ID], row]));
  // Where a row stands: another row's index, even where the plan knew it by its id; else as given.
  const above = (row) => {
    const parent = row[PARENT];
    if (parent === null || parent >= 0) return byIndex.has(parent) ? parent : null;
    const known = byId.get(-parent);
    return known && known !== row ? known[INDEX] : parent;
  };
  const customer = (id) => data.above[id] || "customer " + id;
  const parentOf = (row) => {
    const known = byIndex.get(above(row));
    if (known) return nameOf(known);
    return row[PARENT] < 0 ? customer(-row[PARENT]) : "nobody";
  };
  // The row that a blocked one waits for, through others that wait themselves.
  const cause = (row) => {
    let at = row;
    for (let steps = 0; steps < 100 && statuses[at[STATUS]] === "blocked" && byIndex.has(at[PARENT]); steps += 1) at = byIndex.get(at[PARENT]);
    return at;
  };
  const codesOf = (row) => {
    const own = row[CODE].split(" ");
    return statuses[row[STATUS]] === "blocked" ? own.concat(cause(row)[CODE].split(" ")) : own;
  };

  // --- the details of a row ---
  const fault = ([, severity, says, meant]) => {
    const line = make("span", "fault " + severity);
    const words = make("span");
    words.append(make("bdi", "", says));
    if (meant) words.append(" \u2192 ", make("b", "", meant));
    line.append(icon(severity === "error" ? "err" : "warn"), words);
    return line;
  };
  const show = (row) => {
    $("detail-title").textContent = "Row " + row[NUMBER] + ": " + nameOf(row);
    const list = $("detail-list");
    list.replaceChildren();
    const add = (label, ...values) => {
      const value = make("dd");
      value.append(...values);
      list.append(make("dt", "", label), value);
      return value;
    };
    add("Status", badge(row));
    if (row[ID]) add("ID", String(row[ID]));
    if (row[MESSAGE]) add("Outcome", make("bdi", "", row[MESSAGE]));
    if (row[CODE]) add("Code", row[CODE]);
    const parent = byIndex.get(above(row));
    if (parent) add("Below", make("bdi", "", nameOf(parent)), " (row " + parent[NUMBER] + ")");
    else if (row[PARENT] < 0) add("Below", make("bdi", "", customer(-row[PARENT])));
    const faults = row[FAULTS] || [];
    data.columns.forEach((header, column) => {
      const cell = row[CELLS][column] ?? "";
      const own = faults.filter((one) => one[0] === column);
      if (cell === "" && !own.length) return;
      const value = add(header || "(column " + (column + 1) + ")", cell === "" ? make("i", "quiet", "empty") : make("bdi", "", cell));
      if (own.length) {
        value.className = "at-fault " + (own.some((one) => one[1] === "error") ? "error" : "warning");
        value.append(...own.map(fault));
      }
    });
    $("detail").showModal();
    $("detail").scrollTop = 0;
  };
  $("detail-close").addEventListener("click", () => $("detail").close());

  // --- which rows: status, problem, search, order ---
  const pane = $("window");
  const body = $("rows");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const by = {
    row: (a, b) => a[INDEX] - b[INDEX],
    status: (a, b) => a[STATUS] - b[STATUS],
    id: (a, b) => a[ID] - b[ID],
    name: (a, b) => collator.compare(nameOf(a), nameOf(b)),
    message: (a, b) => collator.compare(a[MESSAGE], b[MESSAGE]),
  };
  let order = { key: "row", sign: 1 };
  let sorted = data.rows;
  let matching = data.rows;
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
  const wanted = () => {
    const which = $("which").value;
    if (which === "missing") return (row) => row[STATUS] > LAST_THERE;
    const status = statuses.indexOf(which);
    return status < 0 ? () => true : (row) => row[STATUS] === status;
  };
  const filter = () => {
    const words = plainly($("search").value).split(/\s+/).filter(Boolean);
    const [holds, code] = [wanted(), $("code").value];
    matching = sorted.filter((row) =>
      holds(row) && (!code || codesOf(row).includes(code)) && words.every((word) => haystack(row).includes(word)));
    $("shown").textContent = plain(matching.length) + " of " + rowsOf(data.rows.length);
    $("reset").hidden = matching.length === data.rows.length;
    $("table").setAttribute("aria-rowcount", matching.length + 1);
    $("table").classList.toggle("no-id", !matching.some((row) => row[ID]));
    for (const button of document.querySelectorAll(".counts button")) {
      button.setAttribute("aria-pressed", String(button.dataset.status === $("which").value));
    }
    pane.scrollTop = 0;
    layout();
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
  const choose = (which, code) => {
    $("which").value = which;
    $("code").value = code;
    $("search").value = "";
    filter();
  };
  const jump = () => {
    $("rows-title").scrollIntoView();
    pane.focus({ preventScroll: true });
  };

  // --- the rows in view ---
  const line = (row, position) => {
    const tr = make("tr");
    tr.setAttribute("aria-rowindex", position + 2);
    const number = make("td", "c-row");
    const button = make("button", "", String(row[NUMBER]));
    button.type = "button";
    button.dataset.index = row[INDEX];
    button.setAttribute("aria-label", "Row " + row[NUMBER] + ", details");
    button.addEventListener("click", () => show(row));
    number.append(button);
    const status = make("td", "c-status");
    status.append(badge(row));
    const name = make("td", "c-name");
    name.append(make("bdi", "", nameOf(row)));
    const message = make("td", "c-message");
    if (row[MESSAGE]) message.append(make("bdi", "", row[MESSAGE]));
    else message.append(make("span", "quiet", "below "), make("bdi", "quiet", parentOf(row)));
    if (row[CODE]) message.append(" ", make("span", "code", row[CODE]));
    // Where there is no room for ID and message, they stand below the name.
    const under = row[MESSAGE] || (row[ID] ? "ID " + row[ID] + ", below " + parentOf(row) : "");
    if (under) name.append(make("span", "under", under));
    tr.append(number, status, make("td", "c-id", row[ID] ? String(row[ID]) : ""), name, message);
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
  // Rows are as high as their message asks for: guessed until they are drawn, measured then.
  let heights = [];
  let tops = [0];
  let drawn = [0, 0];
  const sumUp = () => {
    let top = 0;
    tops = new Float64Array(heights.length + 1);
    heights.forEach((height, at) => { top += height; tops[at + 1] = top; });
  };
  const layout = () => {
    const wide = $("table").tHead.querySelector(".c-message").offsetWidth;
    const letters = Math.max(20, (wide || $("table").tHead.querySelector(".c-name").offsetWidth) / 6.6);
    const tall = (row) => (wide ? 18 : 40) + 19 * Math.max(1, Math.ceil((row[MESSAGE].length + row[CODE].length) / letters));
    heights = matching.map(tall);
    sumUp();
  };
  const at = (top) => {
    let [low, high] = [0, matching.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= top) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, Math.max(0, matching.length - 1));
  };
  const measure = (first, last) => {
    let changed = false;
    for (let place = first; place < last; place += 1) {
      const height = body.children[place - first + 1].getBoundingClientRect().height;
      if (Math.abs(height - heights[place]) < 0.5) continue;
      heights[place] = height;
      changed = true;
    }
    if (!changed) return;
    // What is in view stays where it is.
    const seen = at(pane.scrollTop);
    const within = pane.scrollTop - tops[seen];
    sumUp();
    body.firstElementChild.firstElementChild.style.height = tops[first] + "px";
    body.lastElementChild.firstElementChild.style.height = tops[matching.length] - tops[last] + "px";
    if (pane.scrollTop > 0) pane.scrollTop = tops[seen] + within;
  };
  const draw = (first, last) => {
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.index : undefined;
    const lines = [];
    for (let place = first; place < last; place += 1) lines.push(line(matching[place], place));
    if (!matching.length) {
      const none = make("tr", "none");
      const td = make("td", "", "No row matches the search and the choices above.");
      td.colSpan = [...$("table").tHead.rows[0].cells].filter((head) => head.offsetParent).length;
      none.append(td);
      lines.push(none);
    }
    // Whoever is at the end stays there, though the last rows turn out to be higher than guessed.
    const end = pane.scrollTop > 0 && pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
    body.replaceChildren(gap(tops[first]), ...lines, gap(tops[matching.length] - tops[last]));
    drawn = [first, last];
    if (matching.length) measure(first, last);
    if (end) pane.scrollTop = pane.scrollHeight;
    if (focused !== undefined) {
      const again = body.querySelector("button[data-index='" + focused + "']");
      (again || pane).focus({ preventScroll: true });
    }
  };
  const render = (anew) => {
    const view = Math.max(pane.clientHeight, innerHeight * 0.7);
    const top = pane.scrollTop;
    const [from, to] = [at(top), Math.min(matching.length, at(top + view) + 1)];
    if (anew || from < drawn[0] || to > drawn[1]) {
      draw(at(Math.max(0, top - view)), Math.min(matching.length, at(top + 2 * view) + 1));
    }
  };
  let waiting = false;
  pane.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; render(false); });
  }, { passive: true });
  addEventListener("resize", () => { layout(); render(true); });

  // --- what leads there ---
  let typing;
  $("search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 120); });
  $("code").addEventListener("change", filter);
  $("which").addEventListener("change", filter);
  $("reset").addEventListener("click", () => { choose("", ""); pane.focus({ preventScroll: true }); });
  copying($("copy-rows"), () => asTable(matching), () => getSelection().selectAllChildren(body));
  for (const button of document.querySelectorAll(".counts button")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      choose(button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.status, "");
      jump();
    });
  }
  for (const button of document.querySelectorAll("button.show")) {
    button.disabled = false;
    button.addEventListener("click", () => { choose(button.dataset.status || "", button.dataset.code || ""); jump(); });
  }
  for (const head of document.querySelectorAll("#table th")) {
    head.querySelector("button").addEventListener("click", () => sort(head.dataset.key));
  }
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

  // --- on paper ---
  const PRINTED = 1000;
  let opened = [];
  addEventListener("beforeprint", () => {
    const left = matching.length - PRINTED;
    $("paper").textContent = left > 0 ? "The first " + plain(PRINTED) + " of them; results.csv and results.xlsx hold all." : "";
    draw(0, Math.min(matching.length, PRINTED));
    const open = (details) => {
      if (details.fill) details.fill();
      details.open = true;
      opened.push(details);
    };
    for (const fold of document.querySelectorAll("main details:not([open])")) {
      if (!$("tree-fold").contains(fold) && !fold.classList.contains("figures")) open(fold);
    }
    if (data.rows.length > PRINTED) return;
    open($("tree-fold"));
    // Opening one may draw others below it.
    for (let closed; (closed = $("tree").querySelector("details:not([open])"));) open(closed);
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
      if (row[STATUS] > LAST_THERE || row[UNDONE] === "removed" || row[UNDONE] === "gone") missing += 1;
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
    button.className = "btn link";
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
    summary.append(icon("rt"), ...label);
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
    const title = key === null ? "Rows without a known place" : "Below " + customer(-key);
    const item = make("li");
    item.append(fold([make("b", "", title), make("span", "quiet", tally(rows).replace(" below", ""))], rows, key !== null && placed === 1 && rows.length <= OPENED));
    top.append(item);
  }
  $("tree").replaceChildren(top);

  $("live").hidden = false;
  filter();
})();
