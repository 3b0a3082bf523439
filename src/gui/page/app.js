// What the whole page knows, and what every step needs.
/** @import { Cell, List, Row, Sent, Target } from "../types.js" */
import { get, Refused } from "./api.js";
import { button, enc, h, icon, table } from "./dom.js";
import { banner, dialog, over } from "./shell.js";

/** @typedef {{ close: () => void, key?: (event: KeyboardEvent) => boolean, unsaved?: () => string[] }} View what of it is not kept yet */

/** @type {{ list: List | null, target: Target | null, version: string }} */
export const app = { list: null, target: null, version: "" };

/** @param {string} id */
export const listBase = (id) => `/api/lists/${enc(id)}`;
/** @param {string} id */
export const runBase = (id) => `/api/runs/${enc(id)}`;

/** @param {string} id */
export const loadList = async (id) => {
  app.list = await get(listBase(id));
  return /** @type {List} */ (app.list);
};

/** How long it is said that something has to wait. */
const WAIT_MS = 8000;

/** @param {unknown} error said over the page, until it is put away */
export const failed = (error) => {
  if (error instanceof DOMException && error.name === "AbortError") return;
  // A lost connection and an ended process have their own stripes.
  if (error instanceof Refused && (error.status === 401 || error.status === 0)) return;
  const { title, says } = error instanceof Refused ? error.fault : { title: "Something went wrong in this page.", says: String(error) };
  if (!(error instanceof Refused)) console.error(error);
  const stripe = banner("bad", title, says, button("plain icon", icon("close"), () => over("fault", null), { label: "Put away" }));
  over("fault", stripe);
  // What had only to wait is no longer true a moment later.
  if (error instanceof Refused && error.fault.code === "busy") setTimeout(() => { if (stripe.isConnected) over("fault", null); }, WAIT_MS);
};

/** @param {Promise<unknown>} promise whose failure is said, and whose result nobody waits for */
export const tend = (promise) => void promise.catch(failed);

/**
 * @param {{ base: string, view: string }} of a step whose rows are shown, in the view of that moment
 * @returns {import("./window.js").Load}
 */
export const rowsOf = (of) => (from, rows, signal) =>
  get(`${of.base}/rows?view=${enc(of.view)}&from=${from}&count=${rows}`, signal);

/**
 * What the process knows of a cell; null where that is not to be had.
 * @param {string} base
 * @param {Row} row
 * @param {number} column
 * @returns {Promise<Cell | null>}
 */
export const cellOf = (base, row, column) => get(`${base}/cell?row=${row.row}&column=${column}`).then((cell) => /** @type {Cell} */ (cell), () => null);

/**
 * What would be sent for a row, member by member.
 * @param {string} base of a list, or of a run
 * @param {Row | undefined} row
 */
export const showSent = async (base, row) => {
  if (!row || row.row === 0) return;
  /** @type {Sent} */
  const sent = await get(`${base}/row?row=${row.row}`);
  const lead = sent.out !== null ? `It is left out: ${sent.out}.` : sent.problems.some((one) => one.severity === "error") ? "Nothing until it is fixed:" : base.startsWith("/api/runs/") ? sent.members.length ? "As this run sends it:" : "This run sends nothing for it." : "This is what would be sent:";
  dialog(`Row ${sent.row}${sent.name ? ": " + sent.name : ""}`, [
    h("p.quiet", lead),
    sent.problems.map((one) => h(`p.st.${one.severity}`, icon(one.severity === "error" ? "err" : "warn"), h("span", one.says, " ", h("span.code", one.code)))),
    table("Members", ["Member", "Value", "From"], sent.members.map((one) => [one.member, one.value, one.from])),
  ]);
};
