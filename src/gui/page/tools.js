// What stands above a table: its views, undo and redo, find.
/** @import { Found, Mend } from "../types.js" */
/** @import { Grid } from "./grid.js" */
import { get } from "./api.js";
import { tend } from "./app.js";
import { badge, button, count, enc, h, hidden, icon, TYPED } from "./dom.js";

/**
 * Finding in the whole view, wherever the window is.
 * @param {{ grid: Grid, base: string, view: string }} of a step
 */
export const finder = (of) => {
  const { grid } = of;
  const result = h("output.hits");
  const input = h("input", { type: "search", placeholder: "Find", label: "Find in the table", ...TYPED, "aria-keyshortcuts": "Control+F", key: "find" });
  let asked = 0;
  const go = async (/** @type {boolean} */ back, /** @type {boolean} */ fresh) => {
    const turn = ++asked;
    const text = input.value;
    if (!text) return void result.replaceChildren();
    const { position, column } = grid.active;
    const at = Math.max(0, grid.columns[column]?.index ?? -1);
    /** @type {Found} */
    const found = await get(`${of.base}/find?view=${enc(of.view)}&text=${enc(text)}&from=${Math.max(0, position)}&column=${fresh ? Math.max(-1, at - 1) : at}&back=${back ? 1 : 0}`);
    if (turn !== asked) return;
    result.replaceChildren(found.position === null ? "none" : `${count(found.index + 1)} of ${count(found.total)}`);
    if (found.position === null) return;
    grid.jump(found.position, Math.max(0, grid.columns.findIndex((one) => one.index === found.column)), false);
  };
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => tend(go(false, true)), 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      tend(go(event.shiftKey, false));
    } else if (event.key === "Escape") {
      // What is still looked for leads nowhere any more.
      clearTimeout(timer);
      asked += 1;
      if (input.value) event.preventDefault();
      input.value = "";
      result.replaceChildren();
      grid.focus();
    }
  });
  return { input, box: h("div.find", icon("find"), input, result, h("kbd", { "aria-hidden": "true" }, "Ctrl F")) };
};

/**
 * @param {string | null} undo
 * @param {string | null} redo
 * @param {(mend: Mend) => void} send
 */
export const undoRedo = (undo, redo, send) => /** @type {const} */ ([["undo", "Undo", undo, "Z"], ["redo", "Redo", redo, "Y"]]).map(([kind, name, what, key]) =>
  button("plain icon", icon(kind), () => send({ kind }), { why: what === null ? `There is nothing to ${kind}` : null, label: what === null ? name : `${name}: ${what}`, title: `${name}${what === null ? "" : ": " + what} (Ctrl ${key})`, "aria-keyshortcuts": `Control+${key}`, key: kind }));

/** What stands above a table, and finding in it at the right. @param {{ box: Element }} find @param {...import("./dom.js").Child} parts */
export const toolbar = (find, ...parts) => h("div.tools", parts, h("span.gap"), find.box);

/** @param {() => void} press */
export const sentButton = (press) => button("plain icon", icon("eye"), press, { label: "What would be sent for this row", title: "What would be sent for this row (Ctrl I)", key: "sent" });

/** The columns of a run's rows that are no cells of the list. @type {Record<"status" | "id" | "message", import("./table.js").Column>} */
export const OUTCOME = {
  status: { title: "Status", width: "s", index: -1, text: (row) => row.status ?? "", draw: (row) => row.status && badge(row.status) },
  id: { title: "ID", width: "xs", index: -1, look: "num", text: (row) => row.id === null ? "" : String(row.id) },
  message: { title: "Message", width: "xxl", index: -1, text: (row) => row.message ?? "" },
};

/**
 * Keys that hold on a whole step with a table.
 * @param {KeyboardEvent} event
 * @param {{ find: HTMLInputElement, send?: (mend: Mend) => void, next?: (back: boolean) => void, take?: () => void, sent?: () => void }} use
 * @returns {boolean} whether it was one
 */
export const stepKey = (event, use) => {
  const key = event.key.toLowerCase();
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio" && event.target.type !== "checkbox";
  if (command && key === "f") {
    use.find.focus();
    use.find.select();
  } else if (command && !typing && key === "z" && use.send) use.send({ kind: event.shiftKey ? "redo" : "undo" });
  else if (command && !typing && key === "y" && use.send) use.send({ kind: "redo" });
  else if (command && !typing && key === "i" && use.sent) use.sent();
  else if (event.key === "F8" && use.next) use.next(event.shiftKey);
  else if (event.altKey && event.key === "Enter" && use.take) {
    // Held down, it would mend the whole list.
    if (!event.repeat) use.take();
  } else return false;
  return true;
};

/**
 * The column at the right edge that says why a row is out, and takes it back.
 * @param {(row: number) => void} back
 * @returns {import("./table.js").Column}
 */
export const whyColumn = (back) => ({
  title: "Left out because", width: "why", index: -1, look: "why", head: () => hidden("Left out because"), text: (row) => row.out ?? "",
  draw: (row) => row.out === null ? null : [h("span.reason", row.out), button("link", [icon("undo"), h("span", "Take back"), hidden(` row ${row.row}`)], () => back(row.row), { tabindex: "-1" })],
});
