// The table: a screenful of rows over a window of the list, and the one cell of it that has the focus.
/** @import { Row } from "../types.js" */
import { watchConnection } from "./api.js";
import { h } from "./dom.js";
import { Window } from "./window.js";

/** Rows above and below what is seen. */
const SPARE = 8;
/** Pixels beside what is seen within which columns are filled. */
const NEAR = 300;
/** Browsers lay nothing out beyond some millions of pixels: longer lists scroll in larger steps. */
const TALLEST = 8_000_000;

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {string} width of a class w-...
 * @property {number} index into the row's cells; -1: of none
 * @property {boolean} [edit]
 * @property {string} [look] classes of each cell
 * @property {(row: Row) => string} [text] where it is no cell of the list
 * @property {(row: Row) => import("./dom.js").Child} [draw] in place of the text
 * @property {() => import("./dom.js").Child} [head] in place of the title
 */
/**
 * @typedef {object} Options
 * @property {string} label
 * @property {boolean} [tree]
 * @property {string} [look]
 * @property {Column[]} columns the first is frozen
 * @property {import("./window.js").Load} load
 * @property {(error: unknown) => void} failed
 * @property {(row: Row, column: Column, cell: { position: number, text: string | null }) => void} [edit]
 * @property {(column: Column, header: HTMLElement) => void} [menu]
 * @property {(row: Row, open: boolean) => void} [fold]
 * @property {(row: Row) => void} [enter] Enter on a row that is not edited
 * @property {(edits: { row: Row, column: Column, to: string }[], left: number) => void} [write]
 * @property {(row: Row | undefined, column: Column) => void} [moved]
 * @property {() => boolean} [grows] whether new rows come in at the top
 * @property {() => import("./dom.js").Child} [empty]
 * @property {boolean} [follow] flash rows that have just ended
 */
/** @typedef {{ td: HTMLTableCellElement, look: string, key: string, extra: string }} Cell */
/** @typedef {{ tr: HTMLTableRowElement, th: HTMLTableCellElement, cells: Cell[], position: number }} Line */

export class Table {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.columns = options.columns;
    this.active = { position: 0, column: 0 };
    this.anchor = { position: 0, column: 0 };
    this.focused = false;
    this.height = 28;
    this.head = 28;
    this.frame = 0;
    this.first = -1;
    /** Where a row is looked for once its block is there. @type {(() => void) | null} */
    this.after = null;
    /** @type {Set<number>} */
    this.sending = new Set();
    /** @type {Set<number>} */
    this.just = new Set();
    this.lit = false;
    /** @type {number | undefined} */
    this.total = undefined;
    this.view = 0;
    this.width = 0;
    /** @type {number[]} */
    this.ends = [];
    /** @type {boolean[]} */
    this.near = [];
    this.scale = 1;
    /** @type {HTMLElement | null} */
    this.stop = null;
    /** @type {Line[]} */
    this.lines = [];
    this.window = new Window(options.load, () => this.arrived(), options.failed);
    const { label, tree, look = "" } = options;
    this.cols = h("colgroup");
    this.header = h("tr", { "aria-rowindex": 1 });
    this.body = h("tbody");
    this.table = h("table", { role: tree ? "treegrid" : "grid", class: `grid ${look}`, label: label, "aria-multiselectable": tree ? false : "true" },
      this.cols, h("thead", this.header), this.body);
    this.none = h("div.none", { hidden: true });
    this.sizer = h("div.sizer", this.table);
    this.probe = h("div.probe", { "aria-hidden": "true" });
    this.box = h("div.gridbox", { scroll: () => this.later() }, this.sizer, this.none, this.probe);
    this.sizes = new ResizeObserver(() => { this.measure(); this.later(); });
    this.sizes.observe(this.box);
    // What could not be had while the connection was lost is asked for again.
    this.off = watchConnection((now) => { if (now === "live") this.window.renew(); });
    this.headings();
  }

  /** @param {Column[]} columns */
  setColumns(columns) {
    this.columns = columns;
    this.lines = [];
    this.body.replaceChildren();
    this.active.column = Math.min(this.active.column, columns.length - 1);
    this.headings();
    this.measure();
    this.later();
  }

  headings() {
    this.cols.replaceChildren(h("col.w-row"), ...this.columns.map((one) => h(`col.w-${one.width}`)));
    this.header.replaceChildren(h("th", { scope: "col", class: "gut", "aria-colindex": 1 }, "Row"), ...this.columns.map((one, index) => h("th", {
      scope: "col", "aria-colindex": index + 2, tabindex: "-1", class: `${index === 0 ? "name" : ""} ${one.look ?? ""}`, "data-column": index,
    }, one.head ? one.head() : one.title)));
    this.table.setAttribute("aria-colcount", String(this.columns.length + 1));
  }

  measure() {
    this.height = this.probe.offsetHeight || 28;
    this.head = this.header.offsetHeight || 28;
    this.view = this.box.clientHeight;
    this.width = this.box.clientWidth;
    const total = this.window.total ?? 0;
    const whole = total * this.height;
    const tall = Math.min(whole, TALLEST);
    const room = Math.max(0, this.view - this.head);
    this.scale = whole > tall ? (whole - room) / (tall - room) : 1;
    this.sizer.style.setProperty("height", `${tall + this.head}px`);
    this.sizer.style.setProperty("width", `${this.table.offsetWidth}px`);
    let left = 0;
    /** Where each column ends. */
    this.ends = [...this.header.children].map((one) => (left += /** @type {HTMLElement} */ (one).offsetWidth));
  }

  later() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  arrived() {
    const total = this.window.total ?? 0;
    if (this.total !== total) {
      const above = this.options.grows?.() && this.total ? total - this.total : 0;
      this.total = total;
      this.table.setAttribute("aria-rowcount", String(total + 1));
      this.measure();
      // Rows came in above: what somebody looks at stays where it is.
      if (above > 0 && this.box.scrollTop >= this.height) {
        this.active.position += above;
        this.anchor.position += above;
        this.box.scrollTop += (above * this.height) / this.scale;
      }
    }
    this.none.hidden = total > 0 || !this.options.empty;
    if (!this.none.hidden) this.none.replaceChildren(h("div", /** @type {any} */ (this.options.empty?.())));
    this.table.classList.toggle("empty", total === 0);
    if (this.options.follow) this.follow();
    const { after } = this;
    this.after = null;
    if (after) after();
    else this.later();
  }

  /** The rows at the present place of the bar. */
  paint() {
    const total = this.window.total;
    // Read before anything is written: a layout in between would cost as much as all the rest.
    const { scrollTop, scrollLeft } = this.box;
    // Columns that are far from the screen stay empty, so that only what is seen is laid out anew.
    const right = scrollLeft + this.width + NEAR;
    this.near = this.ends.map((end, index) => index < 2 || this.columns[index - 1].width === "why" || (end > scrollLeft - NEAR && (this.ends[index - 1] < right)));
    const top = scrollTop * this.scale;
    const seen = Math.max(1, Math.ceil(this.view / this.height));
    const begin = Math.floor(top / this.height);
    const first = Math.max(0, begin - SPARE);
    const last = Math.min(total ?? seen, begin + seen + SPARE);
    this.window.show(Math.max(0, begin - 2), Math.min(total ?? seen, begin + seen + 2), this.first < 0);
    this.first = first;
    const { focused } = this;
    this.supply(Math.max(0, last - first), first);
    this.focused = focused;
    this.table.style.setProperty("top", `${scrollTop - (top - first * this.height)}px`);
    this.lines.forEach((line, index) => this.line(line, first + index));
    this.point();
  }

  /**
   * As many lines as are shown; those that left at one end come in at the other.
   * @param {number} wanted
   * @param {number} first
   */
  supply(wanted, first) {
    const shift = this.lines.length ? first - this.lines[0].position : 0;
    if (shift > 0 && shift < this.lines.length) {
      const moved = this.lines.splice(0, shift);
      this.lines.push(...moved);
      this.body.append(...moved.map((line) => line.tr));
    } else if (shift < 0 && -shift < this.lines.length) {
      const moved = this.lines.splice(shift);
      this.lines.unshift(...moved);
      this.body.prepend(...moved.map((line) => line.tr));
    }
    while (this.lines.length > wanted) this.lines.pop()?.tr.remove();
    while (this.lines.length < wanted) {
      const line = this.made();
      this.lines.push(line);
      this.body.append(line.tr);
    }
  }

  /** @returns {Line} */
  made() {
    const th = h("th", { scope: "row", "aria-colindex": 1 });
    const cells = this.columns.map((_, index) => ({ td: h("td", { role: "gridcell", tabindex: "-1", "aria-colindex": index + 2 }), look: "", key: "", extra: "" }));
    return { tr: h("tr", th, cells.map((one) => one.td)), th, cells, position: -1 };
  }

  /**
   * @param {Line} line
   * @param {number} position
   */
  line(line, position) {
    const row = this.window.row(position);
    if (line.position !== position || line.tr.ariaRowIndex === null) {
      line.position = position;
      line.tr.setAttribute("aria-rowindex", String(position + 2));
    }
    const number = row ? row.row ? String(row.row) : "–" : "";
    if (line.th.textContent !== number) line.th.textContent = number;
    const look = row ? this.look(row, position) : "ghost";
    if (line.tr.className !== look) line.tr.className = look;
    if (this.options.tree && row) this.branch(line.tr, row);
    line.cells.forEach((cell, index) => this.cell(cell, this.columns[index], this.near[index + 1] === false ? undefined : row, position, index));
  }

  /**
   * @param {Row} row
   * @param {number} position
   */
  look(row, position) {
    let look = row.marks.some(([, mark]) => mark === "error") ? "has-error" : row.marks.some(([, mark]) => mark === "warning") ? "has-warning" : "";
    if (row.out !== null) look += " out";
    if (position === this.active.position && this.lit) look += " here";
    if (row.status) look += " is-" + row.status;
    if (row.depth > 0) look += " at-" + Math.min(row.depth, 6);
    if (row.row === 0) look += " other";
    if (this.just.has(row.row)) look += " just";
    return look;
  }

  /** Rows that were under way and have ended light up for a moment. */
  follow() {
    this.window.each((row) => {
      if (row.status === "sending") this.sending.add(row.row);
      else if (this.sending.delete(row.row)) {
        this.just.add(row.row);
        setTimeout(() => { this.just.delete(row.row); this.later(); }, 1000);
      }
    });
  }

  /**
   * @param {HTMLTableRowElement} tr
   * @param {Row} row
   */
  branch(tr, row) {
    if (row.depth) tr.setAttribute("aria-level", String(row.depth));
    else tr.removeAttribute("aria-level");
    if (row.open === null) tr.removeAttribute("aria-expanded");
    else tr.setAttribute("aria-expanded", String(row.open));
  }

  /**
   * @param {Cell} cell
   * @param {Column} column
   * @param {Row | undefined} row
   * @param {number} position
   * @param {number} index
   */
  cell(cell, column, row, position, index) {
    const text = row ? column.text ? column.text(row) : column.index >= 0 ? row.cells[column.index] ?? "" : "" : "";
    let look = column.look ?? "";
    let extra = "";
    let ghost = "";
    let wrong = false;
    if (row && column.index >= 0) {
      for (const [at, mark, says] of row.marks) {
        if (at !== column.index) continue;
        look += " m-" + mark;
        extra += (extra ? "; " : "") + (mark === "mended" ? `fixed, was ${says || "empty"}` : mark === "ghost" ? `empty: ${says} is sent` : mark === "later" ? `the list says “${says}” by now, which this run does not send` : says);
        if (mark === "ghost" && !text) ghost = says;
        wrong ||= mark === "error";
      }
      if (wrong && !text) look += " m-missing";
    }
    if (this.within(position, index)) look += " sel";
    if (cell.look !== look) cell.td.className = cell.look = look;
    if (cell.extra !== extra) {
      cell.extra = extra;
      if (extra) cell.td.setAttribute("aria-description", extra);
      else cell.td.removeAttribute("aria-description");
      cell.td.title = extra;
      if (wrong) cell.td.setAttribute("aria-invalid", "true");
      else cell.td.removeAttribute("aria-invalid");
    }
    const shown = ghost || (look.includes("m-missing") ? "missing" : text);
    const key = column.draw && row ? `${row.row}\n${row.status}\n${row.open}\n${row.out}\n${row.depth}\n${shown}` : shown;
    if (cell.key === key && cell.td.firstChild) return;
    cell.key = key;
    const drawn = row && column.draw?.(row);
    if (drawn) cell.td.replaceChildren(.../** @type {Node[]} */ ([drawn].flat()));
    else if (cell.td.firstChild instanceof Text && cell.td.childNodes.length === 1) cell.td.firstChild.data = shown;
    else cell.td.replaceChildren(shown);
  }

  /**
   * @param {number} position
   * @param {number} column
   */
  within(position, column) {
    const { active, anchor } = this;
    if (active.position === anchor.position && active.column === anchor.column) return false;
    return position >= Math.min(active.position, anchor.position) && position <= Math.max(active.position, anchor.position)
      && column >= Math.min(active.column, anchor.column) && column <= Math.max(active.column, anchor.column);
  }

  /** @returns {HTMLElement | null} the active cell, where it is drawn */
  here() {
    const { position, column } = this.active;
    if (position < 0) return /** @type {HTMLElement} */ (this.header.children[column + 1]) ?? null;
    const line = this.lines[position - this.first];
    return line?.position === position ? line.cells[column]?.td ?? null : null;
  }

  /** The one tab stop, and the focus with it where the grid has it. */
  point() {
    const here = this.here();
    if (this.stop && this.stop !== here) this.stop.tabIndex = -1;
    this.stop = here;
    if (here) here.tabIndex = 0;
    this.box.tabIndex = here ? -1 : 0;
    if (!this.focused || this.elsewhere()) return;
    if (here && document.activeElement !== here) here.focus({ preventScroll: true });
    else if (!here && document.activeElement !== this.box) this.box.focus({ preventScroll: true });
  }

  /** Whether something within has the focus that is no cell: the editor, a button. */
  elsewhere() {
    const at = document.activeElement;
    return at instanceof HTMLElement && this.box.contains(at) && at !== this.box && !at.matches("td, th");
  }

  focus() {
    this.focused = true;
    this.lit = true;
    this.point();
    this.later();
  }

  row() {
    return this.window.row(this.active.position);
  }

  /** Another view: from its beginning. */
  restart() {
    this.window.clear();
    this.total = undefined;
    this.box.scrollTop = 0;
    this.active = { position: 0, column: this.active.column };
    this.anchor = { ...this.active };
    this.first = -1;
    this.paint();
  }

  close() {
    this.off();
    this.sizes.disconnect();
    this.window.close();
    cancelAnimationFrame(this.frame);
  }
}
