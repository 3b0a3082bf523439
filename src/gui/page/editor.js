// The editor of a cell: over the cell, or as a sheet at the bottom of a small screen.
/** @import { Cell, Suggestion } from "../types.js" */
/** @import { Grid } from "./grid.js" */
import { h, hidden, icon, many, TYPED } from "./dom.js";

/**
 * @typedef {object} Editing
 * @property {string} label "Country, row 10"
 * @property {string} value
 * @property {string | null} text typed over it
 * @property {string[]} options
 * @property {Promise<Cell | null>} about
 * @property {(to: string) => void} keep
 * @property {(to: string | null) => void} [typed] what stands there so far; null: nothing is typed any more
 * @property {(suggestion: Suggestion) => void} take
 * @property {(back: boolean) => void} next to the next problem
 */

/** @param {string} key @param {string} means */
const hintKey = (key, means) => h("span", h("kbd", key), " ", means);

/**
 * @param {Suggestion} suggestion
 * @param {(suggestion: Suggestion) => void} take
 * @param {{ first?: boolean, taken?: boolean }} [is] first: Alt+Enter takes it; taken: it is under way
 */
export const suggestionButton = (suggestion, take, { first = false, taken = false } = {}) => h("button", {
  type: "button", class: `offer ${taken ? "taken" : ""}`, key: "offer-" + suggestion.id, click: (/** @type {MouseEvent} */ { currentTarget }) => {
    /** @type {HTMLElement} */ (currentTarget).classList.add("taken");
    take(suggestion);
  }, "aria-keyshortcuts": first && "Alt+Enter",
}, h("span.what", suggestion.from !== null && [h("span.from", suggestion.from || "empty"), hidden(" becomes "), h("span.arrow", { "aria-hidden": "true" }, " → ")], h("b", suggestion.to)),
h("span.rows", suggestion.step ? icon("go") : suggestion.from !== null || !/\d/.test(suggestion.to) ? many(suggestion.rows, "row") : null, first && h("kbd", "Alt Enter")));

/**
 * @param {Grid} grid
 * @param {Editing} of
 */
export const openEditor = (grid, of) => {
  const cell = grid.here();
  if (!cell) return;
  const list = of.options.length ? h("datalist", { id: "editor-options" }, of.options.map((one) => h("option", { value: one }))) : null;
  const input = h("input", { label: of.label, ...TYPED, list: list && "editor-options", "aria-describedby": "editor-hint" });
  const hint = h("div.hint", { id: "editor-hint", hidden: true });
  const box = h("div.editor", h("span.where", { "aria-hidden": "true" }, of.label), input, list, hint);
  /** @type {Suggestion | null} */
  let first = null;
  let open = true;
  const close = (/** @type {string | null} */ to) => {
    if (!open) return;
    open = false;
    const inside = box.contains(document.activeElement);
    box.remove();
    of.typed?.(null);
    if (to !== null && to !== of.value) of.keep(to);
    if (inside) grid.focus();
  };
  const then = (/** @type {number} */ down, /** @type {number} */ right) => {
    close(input.value);
    grid.go(grid.active.position + down, grid.active.column + right);
  };
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") close(null);
    else if (event.key === "Enter" && event.altKey && first) { close(null); of.take(first); }
    else if (event.key === "Enter" && event.target === input) then(event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab" && event.target === input && !matchMedia("(max-width: 60rem)").matches) then(0, event.shiftKey ? -1 : 1);
    else if (event.key === "F8") { close(input.value); of.next(event.shiftKey); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node) || !box.contains(event.relatedTarget)) close(input.value);
  });
  lay(grid, cell, box);
  input.value = of.text ?? of.value;
  const typed = () => of.typed?.(input.value);
  input.addEventListener("input", typed);
  if (of.text !== null) typed();
  grid.sizer.append(box);
  input.focus({ preventScroll: true });
  if (of.text === null) input.select();
  of.about.then((about) => {
    if (!open || !about || about.problems.length === 0) return;
    first = about.problems.flatMap((one) => one.suggestions).find((one) => one.step === null) ?? null;
    fillHint(hint, about, (suggestion) => { close(null); of.take(suggestion); });
    box.classList.toggle("up", hint.getBoundingClientRect().bottom > grid.box.getBoundingClientRect().bottom && cell.offsetTop > hint.offsetHeight);
  }, () => {});
};

/**
 * @param {HTMLElement} hint
 * @param {Cell} about
 * @param {(suggestion: Suggestion) => void} take
 */
const fillHint = (hint, about, take) => {
  const offers = about.problems.flatMap((one) => one.suggestions).slice(0, 4);
  hint.hidden = false;
  hint.replaceChildren(...about.problems.map((one) => h("p", one.says, " ", h("span.code", one.code))),
    ...offers.map((one, index) => suggestionButton(one, take, { first: index === 0 })),
    h("p.hints", hintKey("Enter", "this cell"), hintKey("Esc", "as it was"), hintKey("F8", "next problem")));
};

/**
 * @param {Grid} grid
 * @param {HTMLElement} cell
 * @param {HTMLElement} box
 */
const lay = (grid, cell, box) => {
  const at = cell.getBoundingClientRect();
  const from = grid.sizer.getBoundingClientRect();
  box.style.setProperty("left", `${at.left - from.left}px`);
  box.style.setProperty("top", `${at.top - from.top}px`);
  box.style.setProperty("width", `${at.width}px`);
  if (at.left + 352 > grid.box.getBoundingClientRect().right) box.classList.add("leftwards");
};
