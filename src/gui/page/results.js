// Step 5: what became of everybody; what did not make it is mended right here, and sent again.
/** @import { Mend, Row, Run, Saved } from "../types.js" */
import { download, get, listen, post } from "./api.js";
import { app, cellOf, failed, listBase, rowsOf, runBase, showSent, tend } from "./app.js";
import { typedNumber } from "./confirm.js";
import { button, clock, count, enc, fill, h, icon, lasting, many, nothing, part } from "./dom.js";
import { openEditor } from "./editor.js";
import { Grid } from "./grid.js";
import { Mends, notWritten } from "./mends.js";
import { fieldColumns, followStep } from "./problems.js";
import { goOn, isLive, noStripes, ofRun, sinceThen, stripes } from "./running.js";
import { blank, foot, notice, ofList, place, serviceSaid, showSteps, standing, tabs } from "./shell.js";
import { finder, OUTCOME, sentButton, stepKey, toolbar, undoRedo } from "./tools.js";

/** Who did not make it is mended in the list; all others are as the run has them. @param {Row} row */
const mendable = (row) => ["failed", "invalid", "blocked"].includes(row.status ?? "");

class Results {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.base = runBase(run.run);
    this.list = run.list === null ? null : listBase(run.list);
    this.view = this.needing() ? "need" : "all";
    this.note = "";
    this.skipped = "";
    this.mends = this.list === null ? null : new Mends(this.list, { saved: (saved) => this.saved(saved), failed: (error) => { failed(error); this.grid.window.renew(); }, repaint: () => this.grid.later() });
    const load = rowsOf(this);
    this.grid = new Grid({
      label: "Results", columns: this.columns(), failed, load: async (...asked) => this.mends ? this.mends.overlay(await load(...asked)) : load(...asked), empty: () => blank("ok", this.view === "need" ? "Nobody needs you" : "No rows in this view", ""),
      edit: this.mends ? (row, column, { text }) => this.edit(row, column, text) : undefined,
      write: this.mends ? (edits, left) => {
        const own = edits.filter(({ row }) => mendable(row));
        this.note = this.skipped = notWritten(left + edits.length - own.length);
        this.mends?.cells(own.map(({ row, column, to }) => ({ row, column: column.index, to })));
        if (own.length === 0) this.drawFoot();
      } : undefined,
    });
    this.find = finder(this);
    this.hero = h("div.hero");
    this.bar = h("div.views");
    this.tools = h("div.views");
    this.panel = h("aside.panel", { label: "Files and undo" });
    const off = [listen("run", (next) => { if (next.run === run.run) this.take(next); }), listen("list", (event) => {
      if (event.list !== run.list || !app.list || event.revision < app.list.revision) return;
      Object.assign(app.list, { undo: event.undo, redo: event.redo, counts: event.counts, revision: event.revision });
      this.grid.window.renew();
      this.draw();
      if (!event.checking && !isLive(this.run)) this.renew();
    })];
    this.off = () => off.forEach((one) => one());
  }

  needing() {
    const { counts } = this.run;
    return counts.failed + counts.invalid + counts.blocked + counts.unknown;
  }

  columns() {
    const { columns } = this.run;
    const name = Math.max(0, columns.findIndex((one) => one.field === "Name"));
    const edit = this.list !== null;
    /** @type {import("./table.js").Column[]} */
    const fixed = [
      { title: "Name", width: "xl", index: name, edit },
      OUTCOME.status, OUTCOME.message, OUTCOME.id,
    ];
    return [...fixed, ...fieldColumns(this.run).filter((one) => one.index !== name && columns[one.index].field !== null).map((one) => ({ ...one, edit }))];
  }

  show() {
    place(h("div.work", h("div.left", this.hero, toolbar(this.find, this.bar, this.mends && h("span.rule"), this.tools), this.grid.box), this.panel));
    this.draw();
  }

  /** @param {Run} next */
  take(next) {
    if (next.revision < this.run.revision) return;
    this.run = next;
    this.grid.window.renew();
    this.draw();
  }

  draw() {
    const { run } = this;
    const { counts } = run;
    showSteps("results", ofRun(run));
    stripes(run);
    const there = counts.created + counts.exists + counts.updated;
    const need = this.needing();
    fill(this.hero, h("h1", run.state === "undone" ? run.title : `${count(there)} of ${count(counts.rows)} are in ${run.mode === "live" ? "Cove" : "the sandbox"}`, need > 0 && h("small.need", icon("err"), many(need, "needs you", "need you"))),
      h("p.quiet", run.ended ? `Ended ${clock(run.ended)}, after ${lasting((Date.parse(run.ended) - Date.parse(run.begun)) / 1000)}` : run.says), standing(counts));
    /** @type {[string, string, number | null][]} */
    const views = [["need", "Need you", need], ["created", "Created", counts.created], ["exists", "There already", counts.exists], ["all", "All", counts.rows]];
    for (const one of /** @type {const} */ (["Updated", "Removed", "Restored"])) {
      const view = /** @type {"updated"} */ (one.toLowerCase());
      if (counts[view]) views.splice(2, 0, [view, one, counts[view]]);
    }
    if (counts.pending) views.splice(1, 0, ["pending", "To do", counts.pending]);
    fill(this.bar, tabs("Rows", views, this.view, (view) => { this.view = view; this.draw(); this.grid.restart(); }));
    fill(this.tools, this.mends && [undoRedo(app.list?.undo ?? null, app.list?.redo ?? null, (mend) => this.send(mend)), sentButton(() => this.sent())]);
    this.drawPanel();
    this.drawFoot();
  }

  drawPanel() {
    const { run } = this;
    fill(this.panel, part("Your files", null, h("ul.files", run.files.map((file) => h("li", icon("down"),
      h("span", button("link", h("bdi", file.title), () => tend(download(`${this.base}/files/${enc(file.name)}`, file.title)), { key: "file-" + file.name }), h("small", file.says)))))),
    run.compared !== null && part("Compared with the tenant", null, h("p.lead", run.compared)),
    sinceThen(run), serviceSaid(run.said),
    run.state === "undoing" ? part("Being undone", null, h("p.lead", run.says), h("progress", { label: "Undoing" })) : run.can.includes("undo") && this.undoPart());
  }

  /** Kept, so that what is typed into it stays while events come. */
  undoPart() {
    const { run } = this;
    if (this.undoing && this.undoOf === run.counts.created) return this.undoing;
    const go = async (/** @type {string} */ text) => { this.take(await post(`${this.base}/undo`, { typed: text })); };
    const typed = typedNumber("Type the number of customers to remove", run.counts.created, "danger", "Remove", go);
    this.undoOf = run.counts.created;
    this.undoing = h("section", h("details", h("summary", { key: "undo-run" }, h("b", "Undo this run"), icon("rt", "twist")),
      h("div.stack", h("p.quiet", `Permanently removes the ${many(run.counts.created, "customer")} that this run created. Customers from before stay, and those with devices or changed since.`), typed.field, h("div.line", typed.doing))));
    return this.undoing;
  }

  drawFoot() {
    const { run } = this;
    const need = this.needing();
    const mended = Math.min(run.mended, need);
    if (isLive(run)) return foot([h("b", "The run is in progress."), h("span", ` ${run.says}`)], h("a.btn.primary", { href: `${ofRun(run)?.base}/run` }, "Watch it"));
    const { pending } = run.counts;
    const says = need === 0 ? pending ? h("b", `${many(pending, "row")} still to do.`) : [h("b", "Done."), h("span", " Nobody needs you.")] : [h("b", mended ? `${count(mended)} of ${count(need)} fixed.` : many(need, "row needs you.", "rows need you.")), h("span", ` ${this.note || "Who is there is never sent twice."}`)];
    foot(says, h("a.btn", { href: "#/" }, "Close this list"),
      run.can.includes("continue") && button("primary", "Continue the run", () => tend(goOn(run.run, () => { location.hash = `${ofRun(run)?.base}/run`; })), { key: "continue" }),
      need === 0 && run.state === "finished" && app.list && app.list.counts.ready > run.counts.rows && button("primary", [icon("go"), `Plan the other ${count(app.list.counts.ready - run.counts.rows)}`], () => tend(this.again(null)), { key: "rest" }),
      need > 0 && this.list !== null && button("primary", [icon("go"), mended ? `Send ${count(mended)} again` : "Send again"], () => tend(this.again()), { key: "next", why: mended ? null : "Fix a row first" }));
  }

  /** @param {string | null} [of_run] null: the whole list, in which this run's customers are there by now */
  async again(of_run = this.run.run) {
    await post(`${this.list}/plan`, { update: false, of_run });
    location.hash = `${ofList(app.list)?.base}/plan`;
  }

  /** @param {Mend} mend */
  send(mend) {
    this.mends?.send(mend);
  }

  sent() {
    const row = this.grid.row();
    if (row) tend(showSent(this.list !== null && mendable(row) ? this.list : this.base, row));
  }

  /**
   * @param {Row} row
   * @param {import("./table.js").Column} column
   * @param {string | null} text
   */
  edit(row, column, text) {
    if (!mendable(row)) return notice(`Row ${row.row} stays as this run has it.`, "Change it in Problems: the next plan offers that as an update, or as a new row.");
    openEditor(this.grid, {
      label: `${column.title}, row ${row.row}`, value: row.cells[column.index] ?? "", text, options: this.run.columns[column.index].options, about: this.list === null ? Promise.resolve(null) : cellOf(this.list, row, column.index),
      keep: (to) => this.mends?.cells([{ row, column: column.index, to }]), take: (suggestion) => { if (!followStep(app.list, suggestion)) this.send({ kind: "suggestion", id: suggestion.id }); }, next: () => {},
    });
  }

  /** @param {Saved} saved */
  saved(saved) {
    this.note = `Saved: ${saved.says} ${this.skipped}`;
    this.skipped = "";
    if (app.list) Object.assign(app.list, { undo: saved.undo, redo: saved.redo });
    this.renew();
  }

  renew() {
    get(this.base).then((run) => this.take(/** @type {Run} */ (run)), failed);
  }
}

/** @param {Run} run @returns {import("./app.js").View} */
export const showResults = (run) => {
  const results = new Results(run);
  results.show();
  return { close: () => { results.off(); results.draw = nothing; results.grid.close(); noStripes(); }, unsaved: () => results.mends?.unsaved() ?? [], key: (event) => stepKey(event, { find: results.find.input, send: (mend) => results.send(mend), sent: () => results.sent() }) };
};
