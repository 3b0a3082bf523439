// Step 2: the grid with what is wrong in it, and beside it the causes with what would mend them.
/** @import { Group, List, Mend, NextProblem, Problems, Row, Saved, Suggestion } from "../types.js" */
import { download, get, listen, post, Refused } from "./api.js";
import { app, cellOf, failed, listBase, loadList, rowsOf, showSent, tend } from "./app.js";
import { button, count, enc, fill, h, icon, many, nothing, say, table } from "./dom.js";
import { openEditor, suggestionButton } from "./editor.js";
import { Grid } from "./grid.js";
import { draftOf, keepDraft, Mends, notWritten } from "./mends.js";
import { banner, blank, dialog, foot, notice, ofList, over, place, showSteps, tabs } from "./shell.js";
import { finder, sentButton, stepKey, toolbar, undoRedo, whyColumn } from "./tools.js";

/** So long the panel keeps its places after a press, in milliseconds. */
const STILL_MS = 500;
/** So often it is looked whether it may be drawn again, and so many times a press that does not end is waited for. */
const LOOK_MS = 50;
const LOOKS = 100;
/** What people look at first stands first. */
const FIRST = ["Name", "ExternalCode", "Level", "Parent", "Country", "State"];

/**
 * The columns of the list as they are mended: by field, then what is not sent.
 * @param {Pick<List, "columns">} list
 * @returns {import("./table.js").Column[]}
 */
export const fieldColumns = (list) => {
  const place = (/** @type {number} */ index) => {
    const { field } = list.columns[index];
    const at = field ? FIRST.indexOf(field) : 99;
    return at < 0 ? 50 : at;
  };
  return list.columns.map((_, index) => index).sort((a, b) => place(a) - place(b) || a - b).map((index) => {
    const column = list.columns[index];
    const title = column.field ?? column.header;
    return { title, width: column.width, index, edit: column.letter !== null, look: column.field ? "" : "unsent", head: () => [title, column.given && h("small.quiet", " ", column.given)] };
  });
};

/**
 * Goes to the step that is offered, and says whether one is.
 * @param {List | null} list
 * @param {Suggestion} suggestion
 */
export const followStep = (list, { step, row }) => {
  if (step) location.hash = `${ofList(list)?.base}/${step}${row ? "/" + row : ""}`;
  return step !== null;
};

class Mending {
  /** @param {List} list */
  constructor(list) {
    this.list = list;
    this.base = listBase(list.list);
    this.view = "in";
    /** @type {Problems | null} */
    this.problems = null;
    this.note = "";
    /** What of a pasted block was not written. */
    this.skipped = "";
    /** Suggestions that were taken, so that none is sent twice, each with the revision from which on the panel shows what it left: Infinity until it is answered. @type {Map<string, number>} */
    this.taken = new Map();
    /** Of which revision the panel is. */
    this.shown = 0;
    /** Until when it stays as it is. */
    this.still = 0;
    /** How often the next one was put off, and when it comes. */
    this.waits = 0;
    this.timer = 0;
    this.cause = "";
    this.mends = new Mends(this.base, { saved: (saved) => this.saved(saved), failed: (error) => this.refused(error), repaint: () => this.grid.later() });
    const load = rowsOf(this);
    this.grid = new Grid({
      label: "The list", columns: this.columns(), failed, load: async (...asked) => this.mends.overlay(await load(...asked)),
      edit: (row, column, { text }) => this.edit(row, column, text), empty: () => this.empty(),
      enter: () => this.given(this.list.columns[this.grid.columns[this.grid.active.column].index]),
      write: (edits, left) => this.write(edits, left), moved: (row, column) => this.moved(row, column),
    });
    this.find = finder(this);
    this.bar = h("div.views");
    this.tools = h("div.views");
    this.panel = h("aside.panel", { label: "Problems by cause" });
    this.off = listen("list", (event) => { if (event.list === list.list) tend(this.news(event)); });
  }

  columns() {
    return [...fieldColumns(this.list), whyColumn((row) => this.send({ kind: "take_back", rows: [row] }))];
  }

  show() {
    place(h("h1.vh", "Problems in the list"), h("div.work", h("div.left", toolbar(this.find, this.bar, h("span.rule"), this.tools), this.grid.box), this.panel));
    this.draw();
    tend(this.ask());
    tend(this.takeUp());
  }

  /** @param {import("../types.js").ListEvent} event */
  async news(event) {
    if (event.revision < this.list.revision) return;
    if (!event.checking && event.said !== this.list.said) await this.reload();
    Object.assign(this.list, { revision: event.revision, checking: event.checking, counts: event.counts, undo: event.undo, redo: event.redo });
    this.grid.window.renew();
    this.draw();
    if (!event.checking) await this.ask();
  }

  /** Something was said of the list beside its cells: its columns may be others. */
  async reload() {
    this.list = await loadList(this.list.list);
    this.grid.setColumns(this.columns());
  }

  async ask() {
    /** @type {Problems} */
    const problems = await get(`${this.base}/problems`);
    // An answer may overtake the one before.
    if (problems.revision < (this.problems?.revision ?? 0)) return;
    this.problems = problems;
    this.drawPanel();
  }

  draw() {
    const { list } = this;
    const { counts } = list;
    if (list.reached === "list" && counts.ready) list.reached = "problems";
    showSteps("problems", ofList(list));
    /** @type {[string, string, number | null][]} */
    const views = [["in", "All", counts.in], ["need", "Need you", counts.need], ["warnings", "Warnings", counts.warnings], ["mended", "Fixed", counts.mended], ["out", "Left out", counts.out]];
    const group = this.problems?.groups.find((one) => "cause:" + one.cause === this.view);
    if (this.view.startsWith("cause:")) views.push([this.view, group?.title ?? "One cause", group?.rows ?? 0]);
    fill(this.bar, tabs("Rows", views, this.view, (view) => this.pick(view)));
    fill(this.tools, undoRedo(list.undo, list.redo, (mend) => this.send(mend)),
      button("plain icon", icon("minus"), () => tend(this.leaveOut()), { title: "Leave the chosen rows out", key: "out" }),
      sentButton(() => tend(showSent(this.base, this.grid.row()))));
    over("stale", list.stale.length ? banner("mild", `${many(list.stale.length, "fix", "fixes")} could not be applied.`, "Nothing was changed there.", button("", "Show them", () => this.stale())) : null);
    this.drawFoot();
  }

  /** @param {string} view */
  pick(view) {
    this.view = view;
    this.draw();
    this.grid.restart();
  }

  stale() {
    dialog("Fixes that could not be applied", table("Fixes", ["Cell", "You wrote", "Now it says"], this.list.stale.map((one) => [one.cell, one.mended, one.now])));
  }

  empty() {
    const { counts } = this.list;
    if (this.view === "need" && counts.need === 0) return blank("ok", `All ${many(counts.ready, "row")} are ready`, "Nothing needs you now.");
    return blank("sheet", "No rows in this view", "");
  }

  drawFoot() {
    const { counts } = this.list;
    const done = counts.need === 0;
    const next = ofList(this.list)?.base + "/plan";
    foot([h("b", done ? `All ${many(counts.ready, "row")} are ready.` : `${many(counts.ready, "row")} ready.`), " ", h("span", this.list.checking ? "Checking again." : this.note)],
      button("", [icon("down"), "My file, fixed"], () => tend(download(`${this.base}/files/mended`, /\.(xls|xlsb|ods)$/i.test(this.list.name) ? this.list.name + ".csv" : this.list.name)), { key: "file", class: "btn optional" }),
      !done && button("", ["Next problem ", h("kbd", { "aria-hidden": "true" }, "F8")], () => tend(this.next(false)), { "aria-keyshortcuts": "F8", key: "next-problem" }),
      counts.ready ? h("a.btn.primary", { href: next, key: "next" }, done ? "Continue to Plan" : `Continue with ${count(counts.ready)}`)
        : button("primary", "Continue to Plan", () => {}, { why: "No row is ready yet" }));
  }

  // --- the causes ---

  drawPanel() {
    const { problems, list } = this;
    if (!problems) return;
    // Nothing moves away from under a pointer: what is pressed stays until it is let go, and the others for a moment.
    clearTimeout(this.timer);
    if ((this.panel.matches(":active") && this.waits < LOOKS) || Date.now() < this.still) {
      this.waits += 1;
      this.timer = window.setTimeout(() => this.drawPanel(), LOOK_MS);
      return;
    }
    this.waits = 0;
    this.shown = problems.revision;
    if (!list.checking) for (const [id, at] of this.taken) if (at <= this.shown) this.taken.delete(id);
    const of = (/** @type {Group["kind"]} */ kind) => problems.groups.filter((one) => one.kind === kind);
    const errors = of("error");
    const blocked = of("blocked");
    const warnings = of("warning");
    fill(this.panel,
      list.counts.need ? h("div.cap.main", h("h2", many(list.counts.need, "row needs you", "rows need you")), h("span", many(list.counts.causes, "cause"))) : this.done(),
      errors.length > 0 && h("ul", errors.map((one) => this.group(one))),
      problems.more_groups > 0 && h("p.more", `and ${many(problems.more_groups, "more cause")}, with fewer rows`),
      blocked.length > 0 && [h("div.cap", h("h2", "Waiting for one of these"), h("span", many(list.counts.blocked, "row"))), h("ul", blocked.map((one) => this.group(one)))],
      warnings.length > 0 && [h("div.cap", h("h2", "Warnings: sent anyway"), h("span", many(list.counts.warnings, "row"))), h("ul", warnings.map((one) => this.group(one)))]);
    this.draw();
  }

  done() {
    const { counts } = this.list;
    const mended = counts.mended || counts.out;
    return blank("ok", `All ${many(counts.ready, "row")} are ready`, mended ? `${many(counts.mended, "row")} fixed, ${count(counts.out)} left out. All changes are kept and can be undone.` : "Nothing needed fixing.",
      mended > 0 && button("", [icon("down"), "Mends file"], () => tend(download(`${this.base}/files/mends`, `${this.list.name}.mends.toml`)), { key: "mends" }));
  }

  /** @param {Group} group */
  group(group) {
    const symbol = { error: "err", blocked: "hold", warning: "warn" }[group.kind];
    const now = group.cause === this.cause;
    const first = group.suggestions.find((one) => one.step === null);
    return h("li", { class: `group ${now ? "now" : ""}`, "aria-current": now && "true", "data-cause": group.cause },
      h("h3", h(`span.st.${group.kind}`, icon(symbol)), h("button.title", { key: "cause-" + group.cause, title: "Show these rows", click: () => this.pick("cause:" + group.cause) }, group.title), h("span.rows", many(group.rows, "row"))),
      h("p", group.says, " ", h("span.code", group.code)),
      (group.suggestions.length > 0 || group.take_all) && h("div.offers",
        group.suggestions.map((one) => suggestionButton(one, (picked) => this.press(picked), { first: now && one === first, taken: this.taken.has(one.id) })),
        group.more > 0 && !group.take_all && h("p.quiet", `and ${many(group.more, "other")}`),
        group.take_all && suggestionButton(group.take_all, (picked) => this.press(picked), { taken: this.taken.has(group.take_all.id) })));
  }

  // --- mending ---

  /** @param {Mend} mend */
  send(mend) {
    this.taken.clear();
    this.mends.send(mend);
  }

  /** @param {Suggestion} suggestion in the panel, whose next one may be aimed at already */
  press(suggestion) {
    if (this.take(suggestion)) this.still = Date.now() + STILL_MS;
  }

  /** @param {Suggestion} suggestion @returns {boolean} whether it is on its way now */
  take(suggestion) {
    const { id } = suggestion;
    if (followStep(this.list, suggestion) || this.taken.has(id)) return false;
    this.taken.set(id, Infinity);
    this.mends.send({ kind: "suggestion", id }, (saved) => {
      this.taken.set(id, saved?.revision ?? 0);
      this.drawPanel();
    });
    return true;
  }

  /** Alt+Enter away from a cell: the first suggestion of the cause one is at, else of the worst. */
  takeFirst() {
    const groups = this.problems?.groups ?? [];
    const group = groups.find((one) => one.cause === this.cause) ?? groups[0];
    const first = group?.suggestions.find((one) => one.step === null);
    if (first) this.take(first);
    else say("No suggestion here.");
  }

  /**
   * @param {Row} row
   * @param {import("./table.js").Column} column
   * @param {string | null} text
   */
  edit(row, column, text) {
    const known = this.list.columns[column.index];
    if (row.marks.some(([at, mark]) => at === column.index && mark === "set")) return this.given(known);
    openEditor(this.grid, {
      label: `${column.title}, row ${row.row}`, value: row.cells[column.index] ?? "", text, options: this.list.columns[column.index].options,
      about: cellOf(this.base, row, column.index), keep: (to) => this.mends.cells([{ row, column: column.index, to }]),
      typed: (to) => keepDraft(this.base, to === null ? null : { row: row.row, column: column.index, from: row.cells[column.index] ?? "", to }),
      take: (suggestion) => this.take(suggestion), next: (back) => tend(this.next(back)),
    });
  }

  /**
   * Says why cells are not sent, and offers what makes them count.
   * @param {import("../types.js").Column | undefined} column
   */
  given(column) {
    if (!column?.given) return;
    const { field, given } = column;
    const one = this.list.constants.find((constant) => constant.field === field);
    const back = async () => {
      over("fault", null);
      await post(`${this.base}/constants`, { field, value: "", every: false });
    };
    notice(`${field} is not taken from these cells.`, `What is sent: ${given}.`, one ? button("", "Remove the one value", () => tend(back())) : h("a.btn", { href: `${ofList(this.list)?.base}/list` }, "Fix it in List"));
  }

  /**
   * @param {{ row: Row, column: import("./table.js").Column, to: string }[]} edits
   * @param {number} left
   */
  write(edits, left) {
    this.note = this.skipped = notWritten(left);
    this.mends.cells(edits.map(({ row, column, to }) => ({ row, column: column.index, to })));
    if (edits.length === 0) this.drawFoot();
  }

  /** What was being typed when the page went away is there again, where the cell is as it was. */
  async takeUp() {
    const draft = draftOf(this.base) ?? this.list.draft;
    if (!draft) return;
    keepDraft(this.base, draft);
    const at = await this.where(draft.row);
    const place = this.grid.columns.findIndex((one) => one.index === draft.column);
    const [row] = at === null ? [] : await this.grid.window.take(at, 1);
    if (at === null || place < 0 || row?.cells[draft.column] !== draft.from) return keepDraft(this.base, null);
    this.grid.jump(at, place);
    const open = (/** @type {number} */ tries) => {
      if (this.grid.here() && this.grid.row()) this.edit(row, this.grid.columns[place], draft.to);
      else if (tries) requestAnimationFrame(() => open(tries - 1));
    };
    open(300);
  }

  async leaveOut() {
    const { top, bottom } = this.grid.chosen();
    const rows = (await this.grid.window.take(top, bottom - top + 1)).filter((row) => row.out === null).map((row) => row.row);
    if (rows.length) this.send({ kind: "leave_out", rows });
  }

  /** @param {Saved} saved */
  saved(saved) {
    this.note = `Saved: ${saved.says} ${this.skipped}`;
    this.skipped = "";
    Object.assign(this.list, { undo: saved.undo, redo: saved.redo });
    const now = new Map(saved.rows.map((row) => [row.row, row]));
    this.grid.window.each((row) => {
      const fresh = now.get(row.row);
      if (fresh) Object.assign(row, fresh);
      this.mends.apply(row);
    });
    this.grid.later();
    this.draw();
  }

  /** @param {unknown} error */
  refused(error) {
    const field = error instanceof Refused ? error.fault.field : null;
    const column = field && this.list.columns.find((one) => one.field === field && one.given);
    if (column) this.given(column);
    else failed(error);
    this.grid.window.renew();
    this.ask().catch(() => {});
  }

  /**
   * @param {Row | undefined} row
   * @param {import("./table.js").Column} column
   */
  moved(row, column) {
    const mark = row?.marks.find(([at, what]) => at === column?.index && (what === "error" || what === "warning"));
    const code = mark ? /\b[A-Z]\d{3}\b/.exec(mark[2])?.[0] : undefined;
    const cause = this.problems?.groups.find((one) => code !== undefined && one.code === code)?.cause ?? "";
    if (cause !== this.cause) this.point(cause);
  }

  /** @param {string} cause that one is at */
  point(cause) {
    this.cause = cause;
    this.drawPanel();
    // Only where the panel scrolls by itself: below the table it would carry the page away from the cell.
    if (this.panel.scrollHeight > this.panel.clientHeight) this.panel.querySelector(".now")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} back */
  async next(back) {
    const row = this.grid.row();
    /** @type {NextProblem} */
    const found = await get(`${this.base}/problems/next?row=${row?.row ?? 0}&column=${this.grid.columns[this.grid.active.column]?.index ?? -1}&back=${back ? 1 : 0}`);
    if (found.row === null) return say("No problem is left.");
    if (this.view !== "in" && this.view !== "need" && this.view !== "cause:" + found.cause) this.pick("in");
    let at = await this.where(found.row);
    if (at === null) {
      this.pick("in");
      at = await this.where(found.row);
    }
    if (at === null) return;
    this.grid.jump(at, Math.max(0, this.grid.columns.findIndex((one) => one.index === found.column)));
    this.point(found.cause);
  }

  /** @param {number} row */
  async where(row) {
    /** @type {import("../types.js").Found} */
    const found = await get(`${this.base}/position?view=${enc(this.view)}&row=${row}`);
    return found.position;
  }
}

/** @returns {import("./app.js").View} */
export const showProblems = () => {
  const mending = new Mending(/** @type {List} */ (app.list));
  mending.show();
  return {
    close: () => { mending.off(); mending.draw = nothing; mending.grid.close(); over("stale", null); },
    unsaved: () => mending.mends.unsaved(),
    key: (event) => stepKey(event, {
      find: mending.find.input, send: (mend) => mending.send(mend), next: (back) => tend(mending.next(back)),
      take: () => mending.takeFirst(), sent: () => tend(showSent(mending.base, mending.grid.row())),
    }),
  };
};
