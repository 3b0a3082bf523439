// Step 1: what was understood of the list, on the list itself, and what it does not say.
/** @import { Column, Found, Lines, List, Mend, Question, Saved, Values } from "../types.js" */
import { get, listen, post, Refused, remove } from "./api.js";
import { app, failed, listBase, loadList, rowsOf, showSent, tend } from "./app.js";
import { button, count, fill, h, hidden, icon, many, nothing, part, say, table, TYPED } from "./dom.js";
import { Grid } from "./grid.js";
import { fieldMenu } from "./menu.js";
import { blank, dialog, foot, ofList, place, showSteps, tabs } from "./shell.js";
import { finder, stepKey, toolbar, undoRedo, whyColumn } from "./tools.js";

/** @param {Column} column */
const decided = (column) => column.asks ? [`${column.field ?? "State"}?`, "please say"] : column.filters ? ["row filter", column.how] : column.field ? [column.field, column.given ?? column.how] : ["not used", column.how || "choose"];

/**
 * A dialog that stays, and says why, where what it would keep is refused.
 * @param {string} title
 * @param {import("./dom.js").Child} body
 * @param {() => Promise<void>} save
 */
const keeping = (title, body, save) => {
  const wrong = h("p.wrong", { role: "alert" });
  dialog(title, [body, wrong], (close) => [button("", "Cancel", close), button("primary", "Keep it so", () => tend(save().then(close, (error) => {
    if (!(error instanceof Refused) || error.status === 0) throw error;
    wrong.textContent = error.fault.says;
  })))]);
};

class Listing {
  /** @param {List} list */
  constructor(list) {
    this.list = list;
    this.base = listBase(list.list);
    this.view = "all";
    this.strip = h("div.strip");
    this.bar = h("div.views");
    this.panel = h("aside.panel", { label: "What the list does not say" });
    this.grid = new Grid({
      label: "The list as it was read", look: "map", columns: this.columns(), load: rowsOf(this), failed,
      menu: (column) => this.menu(column), empty: () => blank("sheet", "No rows here", this.view === "out" ? "No row is left out." : ""),
      enter: (row) => tend(showSent(this.base, row)),
    });
    this.find = finder(this);
    this.shown = list.revision;
    this.known = JSON.stringify(list.columns);
    this.asked = "";
    this.off = listen("list", (event) => { if (event.list === list.list) tend(this.news(event)); });
  }

  columns() {
    /** @type {import("./table.js").Column[]} */
    const columns = this.list.columns.flatMap((column, index) => column.letter === null ? [] : [{ title: column.header, width: column.width, index, head: () => this.heading(column, index) }]);
    // The name stands first, wherever it stands in the file: it is what people know a row by.
    const name = columns.findIndex((one) => this.list.columns[one.index].field === "Name");
    if (name > 0) columns.unshift(...columns.splice(name, 1));
    columns.push(whyColumn((row) => this.send({ kind: "take_back", rows: [row] })));
    return columns;
  }

  /**
   * @param {Column} column
   * @param {number} index
   */
  heading(column, index) {
    const [field, how] = decided(column);
    return [h("span.source", h("i", column.letter), h("bdi", column.header)),
      h("button", { tabindex: "-1", class: `goes ${column.asks ? "asks" : column.field === null || column.filters ? "off" : ""}`, "aria-haspopup": "listbox", "aria-expanded": "false", "data-goes": index, click: (/** @type {MouseEvent} */ event) => this.menuAt(/** @type {HTMLElement} */ (event.currentTarget), index) },
        hidden(`${column.header} goes to `), h("b", field), " ", h("small", how), icon("dn"))];
  }

  /** @param {import("./table.js").Column} column */
  menu(column) {
    const from = this.grid.header.querySelector(`[data-goes="${column.index}"]`);
    if (from instanceof HTMLElement) this.menuAt(from, column.index);
  }

  /**
   * @param {HTMLElement} from
   * @param {number} index
   */
  menuAt(from, index) {
    fieldMenu(from, this.list.columns[index], this.list.fields, (field) => field === "" ? this.oneValue(this.list.columns[index].field) : tend(field === undefined ? this.values(index) : this.save("columns", { column: index, field })));
  }

  /** @param {string | null} proposed field */
  oneValue(proposed) {
    const { fields, constants } = this.list;
    const known = constants.find((one) => one.field === proposed);
    const field = h("select", fields.map((one) => h("option", { selected: one.field === proposed }, one.field)));
    const value = h("input", { value: known?.value ?? "", ...TYPED });
    const every = h("input", { type: "checkbox", checked: known?.every });
    keeping("One value for a field", [
      constants.length > 0 && table("Given", ["Field", "Value", "In"], constants.map((one) => [one.field, one.value, one.every ? "every row" : "empty cells"])),
      h("label.field", h("span", "Field"), field), h("label.field", h("span", "Value; empty removes it"), value), h("label.tickbox", every, h("span", "Also where the list has another value")),
    ], () => this.save("constants", { field: field.value, value: value.value, every: every.checked }));
  }

  /**
   * Which rows are in by a column, and what its values are read as.
   * @param {number} index
   */
  async values(index) {
    /** @type {Values} */
    const { values, more } = await get(`${this.base}/values?column=${index}`);
    const lines = values.map((one) => ({ ...one, box: h("input", { type: "checkbox", checked: !one.out, label: `Rows with ${one.value || "nothing"} are in` }), as: h("input", { value: one.to ?? "", placeholder: one.value, label: `${one.value || "Empty"} is read as`, ...TYPED }) }));
    keeping(`Values of ${this.list.columns[index].header}`, [table("Values", ["Value", "Rows", "In", "Read as"], lines.map((one) => [h("bdi", one.value || "empty"), count(one.rows), one.box, one.as])), more > 0 && h("p.quiet", `and ${many(more, "rarer value")}`)], () => this.save("values", { column: index, out: lines.filter((one) => !one.box.checked).map((one) => one.value), to: Object.fromEntries(lines.filter((one) => one.as.value && one.as.value !== one.value).map((one) => [one.value, one.as.value])) }));
  }

  /**
   * @param {string} what
   * @param {unknown} body
   */
  async save(what, body) {
    /** @type {Saved} */
    const saved = await post(`${this.base}/${what}`, body);
    say(saved.says);
    await this.reload();
  }

  async reload() {
    this.list = await loadList(this.list.list);
    this.draw();
  }

  /** @param {import("../types.js").ListEvent} event */
  async news(event) {
    if (event.revision < this.shown) return;
    if (event.state === "reading") {
      this.list.rows_read = event.rows_read;
      this.list.state = "reading";
      this.drawLeft();
    } else if (event.revision !== this.shown || event.state !== this.list.state) await this.reload();
  }

  show() {
    this.left = h("div.left");
    this.main = h("div.work", this.left, this.panel);
    place(h("h1.vh", "The list, as it was understood"), this.main);
    this.draw();
  }

  draw() {
    const { list } = this;
    const columns = JSON.stringify(list.columns);
    if (this.known !== columns) this.grid.setColumns(this.columns());
    this.known = columns;
    showSteps("list", ofList(list));
    this.drawStrip();
    this.drawViews();
    this.drawLeft();
    // Left as it is where nothing in it is new: it would be taken away from under a click.
    const asked = JSON.stringify([list.questions, list.constants, list.remarks]);
    if (this.asked !== asked) fill(this.panel, this.questions(), this.constants(), this.remarks(), h("section", button("link", "Forget this list", () => this.forget(), { key: "forget" })));
    this.asked = asked;
    this.drawFoot();
    if (this.shown !== list.revision || this.grid.window.total === null) this.grid.window.renew();
    this.shown = list.revision;
  }

  drawLeft() {
    const { list } = this;
    const left = /** @type {HTMLElement} */ (this.left);
    this.main?.classList.toggle("single", list.state !== "ready");
    if (list.state === "ready") {
      if (!this.grid.box.isConnected) left.replaceChildren(this.strip, toolbar(this.find, this.bar), this.grid.box);
    } else if (list.state === "reading") {
      const read = h("progress", { label: "Rows read" });
      left.replaceChildren(h("div.blank", icon("sheet"), h("h2", `Reading ${list.name}`), h("p", list.rows_read ? `${many(list.rows_read, "row")} so far.` : "The file is being looked at."), read));
    } else left.replaceChildren(...(list.state === "empty" ? [this.strip] : []), blank(list.state === "empty" ? "sheet" : "no", list.title, list.says,
      this.fuller(), button("", "Another file", () => { location.hash = "#/"; })));
  }

  /** Another sheet of an empty workbook that has rows. */
  fuller() {
    const best = [...this.list.understood.sheets].sort((a, b) => b.rows - a.rows)[0];
    if (!best || best.rows === 0 || best.name === this.list.understood.sheet) return null;
    return button("primary", `Take the sheet “${best.name}”`, () => tend(this.save("understood", { sheet: best.name })));
  }

  drawStrip() {
    const { understood, counts } = this.list;
    /**
     * @param {string} label
     * @param {string} key
     * @param {string} value
     * @param {[string, string][]} options
     */
    const choice = (label, key, value, options) => options.length > 1 && h("label", label, " ", h("select", { key: key, change: (/** @type {Event} */ event) => tend(this.save("understood", { [key]: /** @type {HTMLSelectElement} */ (event.target).value })) },
      options.map(([id, title]) => h("option", { value: id, selected: id === value }, title))));
    fill(this.strip,
      choice("Sheet", "sheet", understood.sheet ?? "", understood.sheets.map((one) => [one.name, one.name])),
      h("label", "Header in row ", h("input.short", { inputmode: "numeric", value: understood.header_row, key: "header", change: (/** @type {Event} */ event) => this.header(/** @type {HTMLInputElement} */ (event.target)) })),
      choice("Read as", "export", understood.export, understood.exports.map((one) => [one.id, one.title])),
      understood.encoding !== null && choice("Letters", "encoding", understood.encoding, understood.encodings.map((one) => [one, one])),
      this.list.state === "ready" && h("p.sum", h("b", many(counts.in, "row")), h("span.quiet", counts.out ? ` in, ${count(counts.out)} left out` : " in"),
        this.list.lines > 0 && [" ", button("link", `${many(this.list.lines, "line")} of the file ${this.list.lines === 1 ? "is not a row" : "are not rows"}`, () => tend(this.lines()), { key: "lines" })]));
  }

  /** The lines of the file that are no rows, and why. @param {number} [at] the one that is looked for */
  async lines(at = -1) {
    /** @type {Lines} */
    const { lines, more } = await get(`${this.base}/lines`);
    const shown = table("Lines", ["Line", "Content", "Why it is not a row"], lines.map((one) => [count(one.line), h("bdi", one.text || "nothing"), [one.says, " ", h("span.code", one.code)]]));
    const { box } = dialog("Lines of the file that are not rows", [h("p.quiet", "They are not sent. In \u201cMy file, fixed\u201d they stay as they are."), shown, more > 0 && h("p.quiet", `and ${many(more, "more line")}`)]);
    const here = box.querySelectorAll("tbody tr")[lines.findIndex((one) => one.row === at)];
    here?.classList.add("now");
    here?.scrollIntoView({ block: "center" });
  }

  /** To a row of the file, whether it is one of the list or not. @param {number} row */
  async line(row) {
    /** @type {Found} */
    const { position } = await get(`${this.base}/position?view=all&row=${row}`);
    if (position === null) return this.lines(row);
    this.view = "all";
    this.drawViews();
    this.grid.restart();
    this.grid.jump(position, 0);
  }

  /** What is said of the file as a whole, with the way to the line. */
  remarks() {
    const { remarks } = this.list;
    return remarks.length > 0 && part("About the file", null, h("ul.stack", remarks.map(({ code, severity, says, row, line }) => h("li", h(`span.st.${severity}`, icon(severity === "error" ? "err" : "warn"), h("span", says, " ", h("span.code", code))),
      row && line && [" ", button("link", `Line ${count(line)}`, () => tend(this.line(row)), { key: `line-${code}-${line}` })]))));
  }

  /** @param {HTMLInputElement} input */
  header(input) {
    const row = Number(input.value);
    if (Number.isInteger(row) && row > 0) tend(this.save("understood", { header_row: row }));
    input.value = String(Number.isInteger(row) && row > 0 ? row : this.list.understood.header_row);
  }

  drawViews() {
    const { counts } = this.list;
    fill(this.bar, tabs("Rows", [["all", "All", counts.all], ["in", "In", counts.in], ["out", "Left out", counts.out]], this.view, (view) => {
      this.view = view;
      this.drawViews();
      this.grid.restart();
    }), h("span.rule"), undoRedo(this.list.undo, this.list.redo, (mend) => this.send(mend)));
  }

  /** @param {Mend} mend */
  send(mend) {
    tend(this.save("mends", { ...mend, key: crypto.randomUUID() }));
  }

  questions() {
    const { questions } = this.list;
    const open = questions.filter((one) => one.answer === null || one.open > 0).length;
    if (questions.length === 0) return part("Nothing is open", null, h("p.lead", "The list says all that is needed. Each header shows the field its column goes to; choose another there."));
    return [part(many(questions.length, "question"), open ? `${open} open` : "all answered",
      h("p.lead", "What the list leaves open and you are billed by. There is no default.")),
    questions.map((question) => this.question(question))];
  }

  /** Fields of one value, each with its way back. */
  constants() {
    return this.list.constants.length > 0 && part("One value", null, h("ul.files", this.list.constants.map(({ field, value, every }) => h("li", icon("sheet"), h("span", h("b", field), ` is ${value} `, h("small", every ? "in every row, whatever its cell says" : "where the cell is empty")),
      button("link", [icon("undo"), "Take back", hidden(` ${field}`)], () => tend(this.save("constants", { field, value: "", every: false })), { key: "constant-" + field })))));
  }

  /** @param {Question} question */
  question(question) {
    const done = question.answer !== null && question.open === 0;
    const answer = (/** @type {string} */ choice, /** @type {Record<string, string>} */ means) => tend(this.save("answers", { question: question.id, choice, means }));
    const tag = done ? h("span.tag.created", icon("tick"), "Answered") : h("span.tag.unknown", icon("warn"), question.answer === null ? "Please answer" : `${many(question.open, "value")} open`);
    return h("section", h("fieldset.ask", { "data-question": question.id }, h("legend", h("span", question.title), tag), h("p.lead", question.says),
      question.choices.map((choice) => {
        const chosen = choice.id === question.answer;
        const means = Object.fromEntries(choice.values.filter((one) => one.means).map((one) => [one.value, one.means ?? ""]));
        return [h("label.choice", h("input", { type: "radio", name: `question-${question.id}`, checked: chosen, key: `answer-${question.id}-${choice.id}`, change: () => answer(choice.id, means) }), h("span", choice.title), choice.says && h("small", choice.says)),
          chosen && choice.values.length > 0 && h("div.values", choice.values.map((one) => h("label", h("span", h("bdi", one.value || "empty"), h("small", " ", many(one.rows, "row"))),
            h("select", { key: `means-${question.id}-${one.value}`, change: (/** @type {Event} */ event) => answer(choice.id, { ...means, [one.value]: /** @type {HTMLSelectElement} */ (event.target).value }) },
              h("option", { value: "", selected: !one.means, disabled: true }, "Choose"), choice.options.map((option) => h("option", { value: option, selected: option === one.means }, option))))))];
      })));
  }

  drawFoot() {
    const { list } = this;
    const open = list.questions.find((one) => one.answer === null || one.open > 0);
    const name = open?.title.split(":")[0] ?? "";
    const says = list.state !== "ready" ? (list.state === "reading" ? "The list is being read." : h("b", list.title))
      : open ? [h("span.st.warning", icon("warn"), h("b", `${name} is not answered yet.`)), " ", h("span", list.counts.need ? `${many(list.counts.need, "row")} will need fixing.` : "")]
        : [h("b", list.counts.need ? `${many(list.counts.need, "row")} will need mending.` : "Every row is ready."), " ", h("span", `${many(list.counts.in, "row")} in the list.`)];
    const next = () => {
      if (!open) return void (location.hash = `${ofList(list)?.base}/problems`);
      const field = this.panel.querySelector(`[data-question="${CSS.escape(open.id)}"] :is(input, select)`);
      if (field instanceof HTMLElement) field.focus();
    };
    foot(says, h("a.btn", { href: "#/" }, "Another list"), list.state === "ready" && button("primary", open ? `Answer ${name} first` : "Continue to Problems", next, { key: "next" }));
  }

  forget() {
    const go = async () => {
      await remove(this.base);
      location.hash = "#/";
    };
    dialog(`Forget ${this.list.name}?`, h("p", "The copy that was brought here goes, with ", many(this.list.counts.mended, "fixed row"), ". Runs and their results stay, and so does your own file."),
      (close) => [button("", "Keep it", close), button("danger", "Forget it", () => { close(); tend(go()); })]);
  }
}

/** @param {number} [line] of the file, that is looked for @returns {import("./app.js").View} */
export const showListing = (line = 0) => {
  const listing = new Listing(/** @type {List} */ (app.list));
  listing.show();
  if (line) tend(listing.line(line));
  return {
    close: () => { listing.off(); listing.draw = nothing; listing.grid.close(); },
    key: (event) => stepKey(event, { find: listing.find.input, send: (mend) => listing.send(mend), sent: () => tend(showSent(listing.base, listing.grid.row())) }),
  };
};
