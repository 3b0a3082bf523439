// What keys mean in the grid.

/** @typedef {{ position: number, column: number }} Place */

/**
 * @param {KeyboardEvent} event
 * @param {number} page rows of a screen
 * @param {number} total
 * @param {number} columns
 * @returns {((from: Place) => [number, number]) | null} where the key leads
 */
export const move = (event, page, total, columns) => {
  if (event.altKey || event.metaKey) return null;
  const far = event.ctrlKey;
  /** @type {Record<string, (from: Place) => [number, number]>} */
  const steps = {
    ArrowDown: ({ position, column }) => [far ? total - 1 : position + 1, column],
    ArrowUp: ({ position, column }) => [far ? 0 : position - 1, column],
    ArrowRight: ({ position, column }) => [position, far ? columns - 1 : column + 1],
    ArrowLeft: ({ position, column }) => [position, far ? 0 : column - 1],
    Home: ({ position }) => [far ? 0 : position, 0],
    End: ({ position }) => [far ? total - 1 : position, columns - 1],
    PageDown: ({ position, column }) => [position + page, column],
    PageUp: ({ position, column }) => [Math.max(0, position - page), column],
  };
  return steps[event.key] ?? null;
};

/**
 * @param {KeyboardEvent} event
 * @returns {"enter" | "edit" | "empty" | "type" | "space" | "escape" | null}
 */
export const keyOf = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (event.key === "Enter") return "enter";
  if (event.key === "F2") return "edit";
  if (event.key === "Delete" || event.key === "Backspace") return "empty";
  if (event.key === "Escape") return "escape";
  if (event.key === " ") return "space";
  return [...event.key].length === 1 ? "type" : null;
};

/** The list of all keys, for people. */
export const KEYS = [
  ["Arrows, Home, End, Page up and down", "move in the table; with Ctrl to its ends, with Shift to choose a block"],
  ["Enter, F2, or typing", "edit the cell; in a header: choose its field"],
  ["Enter, Tab, Escape while editing", "keep and go down, keep and go right, leave it as it was"],
  ["Alt Enter", "take the suggestion in all its rows"],
  ["F8, Shift F8", "next problem, problem before"],
  ["Delete", "empty the chosen cells"],
  ["Ctrl Z, Ctrl Y", "undo, redo: also a suggestion, a pasted block, or what a column is"],
  ["Ctrl F", "find in the whole list; Enter: next, Escape: back"],
  ["Ctrl C, Ctrl V", "copy and paste a block, as in Excel"],
  ["Right, Left in the plan", "open and close what is below a customer"],
  ["Ctrl I", "what would be sent for this row"],
  ["F6", "on to the next part of the page: header, table, panel, bar"],
  ["F1, or ? beside the table", "this list"],
];
