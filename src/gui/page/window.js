// The window of rows that the grid holds: some blocks of the view, and never the list.
/** @import { Row, Rows } from "../types.js" */

/** Rows of one request. */
const BLOCK = 100;
/** Blocks that are kept; the least recently shown goes first. */
const KEPT = 14;
/** Requests at a time. */
const AT_ONCE = 2;
/** While somebody drags the bar nothing is asked for. */
const PATIENCE_MS = 45;

/** @typedef {{ rows: Row[], revision: number, old: boolean }} Block */
/** @typedef {(from: number, count: number, signal?: AbortSignal) => Promise<Rows>} Load */

export class Window {
  /**
   * @param {Load} load
   * @param {() => void} changed
   * @param {(error: unknown) => void} failed
   */
  constructor(load, changed, failed) {
    this.load = load;
    this.changed = changed;
    this.failed = failed;
    /** null: not known yet. @type {number | null} */
    this.total = null;
    /** @type {Map<number, Block>} */
    this.blocks = new Map();
    /** @type {Map<number, AbortController>} */
    this.asked = new Map();
    this.from = 0;
    this.to = 0;
    this.timer = 0;
    this.closed = false;
    /** Counts what was thrown away, so that late answers are known. */
    this.age = 0;
  }

  /**
   * @param {number} position
   * @returns {Row | undefined}
   */
  row(position) {
    return this.blocks.get(Math.floor(position / BLOCK))?.rows[position % BLOCK];
  }

  /** @param {(row: Row) => void} use every row that is held */
  each(use) {
    for (const block of this.blocks.values()) block.rows.forEach(use);
  }

  /**
   * What is shown now; what is missing of it is asked for.
   * @param {number} from
   * @param {number} to
   * @param {boolean} [jumped]
   */
  show(from, to, jumped = false) {
    this.from = from;
    this.to = to;
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block += 1) {
      const held = this.blocks.get(block);
      if (held) {
        this.blocks.delete(block);
        this.blocks.set(block, held);
      }
    }
    if (jumped) clearTimeout(this.timer);
    else if (this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.fetch();
    }, jumped ? 0 : PATIENCE_MS);
  }

  /** All is another view: nothing that is held counts any more. */
  clear() {
    this.age += 1;
    this.blocks.clear();
    for (const ender of this.asked.values()) ender.abort();
    this.asked.clear();
    this.total = null;
  }

  /** What is held is shown until the new rows are there. */
  renew() {
    this.age += 1;
    for (const block of this.blocks.values()) block.old = true;
    this.show(this.from, this.to, true);
  }

  fetch() {
    if (this.closed) return;
    const first = Math.floor(this.from / BLOCK);
    const last = Math.max(first, Math.ceil(this.to / BLOCK) - 1);
    for (const [block, ender] of this.asked) {
      if (block < first - 1 || block > last + 1) {
        ender.abort();
        this.asked.delete(block);
      }
    }
    // What is seen goes first, then what comes next in either direction.
    const wanted = [];
    for (let block = first; block <= last; block += 1) wanted.push(block);
    wanted.push(last + 1, first - 1);
    for (const block of wanted) {
      if (this.asked.size >= AT_ONCE) return;
      const held = this.blocks.get(block);
      const there = block >= 0 && (this.total === null ? block === 0 || block <= last : block * BLOCK < Math.max(this.total, 1));
      if (there && (!held || held.old) && !this.asked.has(block)) this.ask(block);
    }
  }

  /** @param {number} block */
  async ask(block) {
    const ender = new AbortController();
    const { age } = this;
    this.asked.set(block, ender);
    try {
      const got = await this.load(block * BLOCK, BLOCK, ender.signal);
      if (ender.signal.aborted || this.closed) return;
      this.asked.delete(block);
      this.blocks.delete(block);
      this.blocks.set(block, { rows: got.rows, revision: got.revision, old: age !== this.age });
      for (const oldest of this.blocks.keys()) {
        if (this.blocks.size <= KEPT) break;
        this.blocks.delete(oldest);
      }
      this.total = got.total;
      this.changed();
      this.fetch();
    } catch (error) {
      if (ender.signal.aborted || this.closed) return;
      this.asked.delete(block);
      this.failed(error);
    }
  }

  /**
   * Rows in order, also those that are not held, for copying and pasting.
   * @param {number} from
   * @param {number} count
   */
  async take(from, count) {
    /** @type {Row[]} */
    const rows = [];
    while (rows.length < count) {
      const held = this.row(from + rows.length);
      if (held) {
        rows.push(held);
        continue;
      }
      const got = await this.load(from + rows.length, Math.min(500, count - rows.length));
      if (got.rows.length === 0) break;
      rows.push(...got.rows);
    }
    return rows;
  }

  close() {
    this.closed = true;
    this.clear();
    clearTimeout(this.timer);
  }
}
