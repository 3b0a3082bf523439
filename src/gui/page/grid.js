// What people do in the table: move, choose, edit, copy and paste.
/** @import { Row } from "../types.js" */
import { Refused } from "./api.js";
import { many, say } from "./dom.js";
import { keyOf, move } from "./keys.js";
import { Table } from "./table.js";

/** @typedef {import("./table.js").Column} Column */
/** More cells than anybody means to copy. */
const MOST_COPIED = 200_000;

export class Grid extends Table {
  /** @param {import("./table.js").Options} options */
  constructor(options) {
    super(options);
    const { box } = this;
    /** @type {[string, (event: any) => void][]} */
    const acts = [["keydown", this.key], ["pointerdown", this.press], ["dblclick", this.twice], ["copy", this.copy]];
    for (const [event, act] of acts) box.addEventListener(event, act.bind(this));
    box.addEventListener("paste", (event) => this.paste(event).catch(options.failed));
    box.addEventListener("focusin", () => { this.focused = true; });
    box.addEventListener("focusout", (event) => { this.focused = event.relatedTarget instanceof Node && box.contains(event.relatedTarget); });
  }

  /** The block that is chosen: of positions and columns, both ends within. */
  chosen() {
    const { active, anchor } = this;
    return {
      top: Math.max(0, Math.min(active.position, anchor.position)), bottom: Math.max(active.position, anchor.position),
      left: Math.min(active.column, anchor.column), right: Math.max(active.column, anchor.column),
    };
  }

  /**
   * @param {number} position -1: the header
   * @param {number} column
   * @param {{ extend?: boolean, focus?: boolean, middle?: boolean }} [how]
   */
  go(position, column, { extend = false, focus = true, middle = false } = {}) {
    const total = this.window.total ?? 0;
    this.active = { position: Math.max(this.options.menu ? -1 : 0, Math.min(total - 1, position)), column: Math.max(0, Math.min(this.columns.length - 1, column)) };
    if (!extend) this.anchor = { ...this.active };
    this.lit = true;
    this.reveal(middle);
    if (focus) this.focused = true;
    this.paint();
    this.options.moved?.(this.window.row(this.active.position), this.columns[this.active.column]);
  }

  /** @param {boolean} middle */
  reveal(middle) {
    const { position, column } = this.active;
    const room = this.view - this.head;
    const { scale } = this;
    if (position >= 0) {
      const at = position * this.height;
      const top = this.box.scrollTop * scale;
      const outside = at < top || at + this.height > top + room;
      if (outside && middle) this.box.scrollTop = (at - room / 3) / scale;
      else if (at < top) this.box.scrollTop = at / scale;
      else if (at + this.height > top + room) this.box.scrollTop = (at + this.height - room) / scale;
    }
    if (column === 0) return;
    const left = this.ends[column] - this.ends[1];
    const right = this.ends[column + 1];
    if (left < this.box.scrollLeft) this.box.scrollLeft = left;
    else if (right > this.box.scrollLeft + this.box.clientWidth) this.box.scrollLeft = right - this.box.clientWidth;
  }

  /**
   * Goes to a row once it is there, in a view that may have changed just now.
   * @param {number} position
   * @param {number} column
   * @param {boolean} [focus]
   */
  jump(position, column, focus = true) {
    const go = () => {
      this.box.scrollIntoView({ block: "nearest" });
      this.go(position, column, { focus, middle: true });
    };
    if (this.window.total === null) this.after = go;
    else go();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target instanceof HTMLElement && !event.target.matches("td, th, .gridbox")) return;
    const page = Math.max(1, Math.floor((this.view - this.head) / this.height) - 1);
    const step = move(event, page, this.window.total ?? 0, this.columns.length);
    const column = this.columns[this.active.column];
    const row = this.row();
    if (step) {
      event.preventDefault();
      if (this.options.fold && row?.open !== null && row && !event.ctrlKey && !event.shiftKey && this.active.column === 0 && (event.key === "ArrowLeft" ? row.open : event.key === "ArrowRight" && !row.open)) {
        this.options.fold(row, event.key === "ArrowRight");
        return;
      }
      this.go(...step(this.active), { extend: event.shiftKey && !this.options.tree });
      return;
    }
    const pressed = keyOf(event);
    if (pressed === "enter" || pressed === "edit") this.open(event, null);
    else if (pressed === "space" && row?.open !== null && row && this.options.fold) {
      event.preventDefault();
      this.options.fold(row, !row.open);
    } else if (pressed === "empty" && this.options.write) {
      event.preventDefault();
      this.write("").catch(this.options.failed);
    } else if (pressed === "type" && this.options.edit && row && column.edit) this.open(event, event.key);
    else if (pressed === "escape") this.go(this.active.position, this.active.column);
  }

  /**
   * @param {Event} event
   * @param {string | null} text that is typed over what stands there
   */
  open(event, text) {
    const column = this.columns[this.active.column];
    const row = this.row();
    event.preventDefault();
    if (this.active.position < 0) {
      const head = this.here();
      if (head) this.options.menu?.(column, head);
    } else if (row && column.edit && this.options.edit && !row.out) this.options.edit(row, column, { position: this.active.position, text });
    else if (row) {
      const inner = this.here()?.querySelector("button");
      if (inner) inner.click();
      else this.options.enter?.(row);
    }
  }

  /**
   * @param {Event} event
   * @returns {{ position: number, column: number } | null}
   */
  at(event) {
    const cell = event.target instanceof Element ? event.target.closest("td, th") : null;
    if (!(cell instanceof HTMLTableCellElement) || !this.table.contains(cell)) return null;
    const column = Number(cell.getAttribute("aria-colindex")) - 2;
    const position = Number(cell.parentElement?.getAttribute("aria-rowindex")) - 2;
    return { position, column: Math.max(0, column) };
  }

  /** @param {PointerEvent} event */
  press(event) {
    const at = this.at(event);
    if (!at || event.button !== 0 || (event.target instanceof Element && event.target.closest("button, input, select"))) return;
    if (at.position < 0) return;
    const same = at.position === this.active.position && at.column === this.active.column && this.lit;
    if (event.pointerType !== "mouse") {
      // A tap chooses, a second one edits; a finger that moves scrolls.
      this.box.addEventListener("click", () => { this.go(at.position, at.column); if (same) this.open(event, null); }, { once: true });
      return;
    }
    event.preventDefault();
    this.go(at.position, at.column, { extend: event.shiftKey && !this.options.tree });
    if (this.options.tree) return;
    const drag = (/** @type {PointerEvent} */ moved) => {
      const to = this.at(moved);
      if (to && to.position >= 0 && (to.position !== this.active.position || to.column !== this.active.column)) this.go(to.position, to.column, { extend: true });
    };
    const ender = new AbortController();
    this.box.addEventListener("pointermove", drag, { signal: ender.signal });
    addEventListener("pointerup", () => ender.abort(), { signal: ender.signal });
  }

  /** @param {MouseEvent} event */
  twice(event) {
    const at = this.at(event);
    if (at && at.position >= 0 && event.target instanceof Element && !event.target.closest("button, input")) this.open(event, null);
  }

  /** @param {ClipboardEvent} event */
  copy(event) {
    if (this.elsewhere() || this.active.position < 0) return;
    const { top, bottom, left, right } = this.chosen();
    if ((bottom - top + 1) * (right - left + 1) > MOST_COPIED) return say("That is too much to copy at once.");
    event.preventDefault();
    const columns = this.columns.slice(left, right + 1);
    /** @param {Row[]} rows */
    const text = (rows) => rows.map((row) => columns.map((one) => quoted(one.text ? one.text(row) : row.cells[one.index] ?? "")).join("\t")).join("\r\n");
    const held = [];
    for (let position = top; position <= bottom; position += 1) held.push(this.window.row(position));
    if (held.every((row) => row !== undefined)) event.clipboardData?.setData("text/plain", text(/** @type {Row[]} */ (held)));
    else this.window.take(top, bottom - top + 1).then((rows) => navigator.clipboard.writeText(text(rows))).catch(this.options.failed);
    say(`Copied ${many(bottom - top + 1, "row")}.`);
  }

  /** @param {ClipboardEvent} event */
  async paste(event) {
    if (this.elsewhere() || !this.options.write || this.active.position < 0) return;
    event.preventDefault();
    const block = parseBlock(event.clipboardData?.getData("text/plain") ?? "");
    if (block.length === 0) return;
    const { top, bottom, left, right } = this.chosen();
    const single = block.length === 1 && block[0].length === 1;
    const height = single ? bottom - top + 1 : block.length;
    const width = single ? right - left + 1 : Math.max(...block.map((line) => line.length));
    const misfit = single ? null : this.misfit(top, left, height, width);
    if (misfit) throw new Refused(422, { code: "value", title: "The block does not fit here.", says: misfit, field: null, holder: null });
    const rows = await this.window.take(top, height);
    const edits = [];
    let left_over = 0;
    for (const [down, row] of rows.entries()) {
      for (let along = 0; along < width; along += 1) {
        const column = this.columns[left + along];
        const to = single ? block[0][0] : block[down][along];
        if (to === undefined) continue;
        if (!column?.edit || row.out) left_over += 1;
        else if ((row.cells[column.index] ?? "") !== to) edits.push({ row, column, to });
      }
    }
    this.anchor = { position: top, column: left };
    this.go(top + rows.length - 1, left + width - 1, { extend: true });
    this.options.write(edits, left_over);
  }

  /**
   * Why a block cannot be pasted whole: a part of it would be lost.
   * @param {number} top
   * @param {number} left
   * @param {number} height
   * @param {number} width
   */
  misfit(top, left, height, width) {
    const rows = (this.window.total ?? 0) - top;
    const columns = this.columns.findLastIndex((one) => one.edit) + 1 - left;
    const beyond = height > rows ? [many(height, "row"), rows, "row", "further up"] : width > columns ? [many(width, "column"), Math.max(0, columns), "column", "further left"] : null;
    return beyond && `It has ${beyond[0]}, and from this cell on the table has ${many(Number(beyond[1]), String(beyond[2]))}. Nothing was pasted. Choose a cell ${beyond[3]}, or copy less.`;
  }

  /** @param {string} to into every cell that is chosen */
  async write(to) {
    const { top, bottom, left, right } = this.chosen();
    const rows = await this.window.take(top, bottom - top + 1);
    const edits = [];
    for (const row of rows) for (const column of this.columns.slice(left, right + 1)) if (column.edit && !row.out && row.cells[column.index] !== to) edits.push({ row, column, to });
    this.options.write?.(edits, 0);
  }
}

/** @param {string} text */
const quoted = (text) => /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * A block as spreadsheets put it on the clipboard.
 * @param {string} text
 * @returns {string[][]}
 */
export const parseBlock = (text) => {
  /** @type {string[][]} */
  const block = [[]];
  const part = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*)/y;
  let at = 0;
  while (at <= text.length) {
    part.lastIndex = at;
    const found = part.exec(text);
    block[block.length - 1].push(found?.[1] === undefined ? found?.[2] ?? "" : found[1].replaceAll('""', '"'));
    at = part.lastIndex;
    if (at >= text.length) break;
    if (text.startsWith("\r\n", at)) at += 2;
    else at += 1;
    if (text[at - 1] !== "\t") {
      if (at >= text.length) break;
      block.push([]);
    }
  }
  return text === "" ? [] : block;
};
