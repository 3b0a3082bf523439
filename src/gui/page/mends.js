// Mends on their way: shown at once, sent in order, kept by the process before the page says so.
/** @import { Draft, Mend, Row, Rows, Saved } from "../types.js" */
import { post, Refused } from "./api.js";
import { many } from "./dom.js";

/** How often a mend is sent again while the process does not answer. */
const AGAIN_MS = 1000;

const DRAFT = "draft";
let keeping = 0;
/**
 * What is being typed into a cell outlives that the page is loaded again, and that the program is started again.
 * @param {string} base the list's address
 * @param {Draft | null} draft null: nothing is
 */
export const keepDraft = (base, draft) => {
  if (draft) sessionStorage.setItem(DRAFT, JSON.stringify({ base, draft }));
  else if (sessionStorage.getItem(DRAFT)) sessionStorage.removeItem(DRAFT);
  else return;
  clearTimeout(keeping);
  keeping = window.setTimeout(() => post(`${base}/draft`, draft).catch(() => {}), draft ? 200 : 0);
};
/** @param {string} base @returns {Draft | null} */
export const draftOf = (base) => {
  const kept = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  return kept?.base === base ? kept.draft : null;
};

/** @param {number} cells of a block that cannot be written */
export const notWritten = (cells) => cells ? `${many(cells, "cell")} of the block ${cells === 1 ? "was" : "were"} not pasted: left out, or no cell of the file.` : "";

export class Mends {
  /**
   * @param {string} base the list's address
   * @param {{ saved: (saved: Saved) => void, failed: (error: unknown) => void, repaint: () => void }} on
   */
  constructor(base, on) {
    this.base = base;
    this.on = on;
    /** What was typed and is not kept yet. @type {Map<string, { column: number, to: string }[]>} */
    this.pending = new Map();
    /** How many other changes are on their way. */
    this.others = 0;
    this.line = Promise.resolve();
  }

  /**
   * @param {{ row: Row, column: number, to: string }[]} edits
   */
  cells(edits) {
    if (edits.length === 0) return;
    const cells = edits.map(({ row, column, to }) => ({ row: row.row, column, from: row.cells[column] ?? "", to }));
    for (const { row, column, to } of edits) {
      const key = String(row.row);
      const mine = this.pending.get(key) ?? [];
      mine.push({ column, to });
      this.pending.set(key, mine);
      this.apply(row);
    }
    this.on.repaint();
    this.send({ kind: "cells", cells }, () => {
      for (const { row, column, to } of edits) this.settle(String(row.row), column, to);
    });
  }

  /**
   * @param {string} key
   * @param {number} column
   * @param {string} to
   */
  settle(key, column, to) {
    const mine = this.pending.get(key) ?? [];
    const at = mine.findIndex((one) => one.column === column && one.to === to);
    if (at >= 0) mine.splice(at, 1);
    if (mine.length === 0) this.pending.delete(key);
  }

  /**
   * One after the other, so that each finds what the one before left.
   * @param {Mend} mend
   * @param {(saved?: Saved) => void} [settled] without: it was refused
   */
  send(mend, settled) {
    // Sent again under the same key where no answer came: what was kept already is not done twice.
    const keyed = { ...mend, key: crypto.randomUUID() };
    const other = Number(mend.kind !== "cells");
    this.others += other;
    /** @returns {Promise<Saved>} */
    const attempt = () => post(`${this.base}/mends`, keyed).catch((error) => {
      if (!(error instanceof Refused) || error.status) throw error;
      return new Promise((done) => { setTimeout(done, AGAIN_MS); }).then(attempt);
    });
    this.line = this.line.then(attempt).then((saved) => {
      this.others -= other;
      settled?.(saved);
      this.on.saved(saved);
    }, (error) => {
      this.others -= other;
      settled?.();
      this.on.failed(error);
    });
  }

  /** What was typed and is not kept, in words. */
  unsaved() {
    const cells = [...this.pending].flatMap(([row, mine]) => mine.map(({ to }) => `row ${row}, \u201c${to}\u201d`));
    return this.others ? [...cells, many(this.others, cells.length ? "other change" : "change")] : cells;
  }

  /** @param {Row} row */
  apply(row) {
    for (const { column, to } of this.pending.get(String(row.row)) ?? []) {
      row.cells[column] = to;
      row.marks = row.marks.filter(([at]) => at !== column);
      row.marks.push([column, "mended", "see undo"]);
    }
  }

  /** @param {Rows} rows as they came, with what is still under way laid over them */
  overlay(rows) {
    if (this.pending.size) rows.rows.forEach((row) => this.apply(row));
    return rows;
  }
}
