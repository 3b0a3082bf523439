// The menu of a column's header: which field it goes to.
/** @import { Column, Field } from "../types.js" */
import { h, icon, TYPED } from "./dom.js";

/**
 * @param {HTMLElement} from the header's button
 * @param {Column} column
 * @param {Field[]} fields
 * @param {(field: string | null | undefined) => void} pick undefined: by its values; empty: one value
 */
export const fieldMenu = (from, column, fields, pick) => {
  const back = document.activeElement;
  const input = h("input", { type: "search", role: "combobox", label: `Field for the column ${column.header}`, "aria-controls": "menu-list", "aria-expanded": "true", "aria-autocomplete": "list", placeholder: "Find a field", ...TYPED });
  const list = h("div", { id: "menu-list", role: "listbox", label: `Field for the column ${column.header}` });
  const box = h("div.menu", input, list, column.sample.length > 0 && h("p.seen", "In the list: ", h("bdi", column.sample.join(", "))));
  /** @type {{ field: string | null | undefined, element: HTMLElement }[]} */
  let options = [];
  let active = 0;
  const close = (/** @type {boolean} */ focus) => {
    box.remove();
    from.setAttribute("aria-expanded", "false");
    ender.abort();
    if (focus && back instanceof HTMLElement && back.isConnected) back.focus();
  };
  const choose = (/** @type {number} */ index) => { close(true); pick(options[index].field); };
  const mark = (/** @type {number} */ index) => {
    options[active]?.element.classList.remove("active");
    active = Math.max(0, Math.min(options.length - 1, index));
    const now = options[active]?.element;
    if (!now) return input.removeAttribute("aria-activedescendant");
    now.classList.add("active");
    now.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", now.id);
  };
  const draw = () => {
    options = [];
    const text = input.value.trim().toLowerCase();
    const option = (/** @type {string | null | undefined} */ field, /** @type {string} */ name, /** @type {string} */ says) => {
      const index = options.length;
      const chosen = field === column.field && !column.filters;
      const element = h("div", { role: "option", id: `menu-${index}`, "aria-selected": String(chosen), click: () => choose(index), pointermove: () => { if (active !== index) mark(index); } }, chosen ? icon("tick") : h("span"), h("span", name), h("small", says));
      options.push({ field, element });
      return element;
    };
    const fits = column.fits.filter((one) => one.field.toLowerCase().includes(text)).map((one) => option(one.field, one.field, one.says));
    const none = "not used".includes(text) ? [option(null, "Not used", "Nothing of this column is sent")] : [];
    const values = text ? [] : [option(undefined, "Its values", "Leave rows out by them, or read one as another"), option("", "One value", "For a field, in every row or where its cell is empty")];
    const known = new Set(column.fits.map((one) => one.field));
    const others = fields.filter((one) => !known.has(one.field) && (one.field + " " + one.says).toLowerCase().includes(text)).map((one) => option(one.field, one.field, one.says));
    const group = (/** @type {string} */ name, /** @type {HTMLElement[]} */ all) => all.length > 0 && h("div", { role: "group", label: name }, h("div.cap", { "aria-hidden": "true" }, name), all);
    list.replaceChildren(...h("div", group("Fits its cells", fits), group("Otherwise", [...none, ...values, ...others])).childNodes);
    mark(text ? 0 : Math.max(0, options.findIndex((one) => one.field === column.field)));
  };
  const ender = new AbortController();
  input.addEventListener("input", draw);
  box.addEventListener("keydown", (event) => {
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 });
    if (event.key in steps) mark(steps[event.key]);
    else if (event.key === "Enter" && options[active]) choose(active);
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return void event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("pointerdown", (event) => { if (event.target instanceof Node && !box.contains(event.target)) close(false); }, { signal: ender.signal, capture: true });
  addEventListener("hashchange", () => close(false), { signal: ender.signal });
  (document.querySelector("main") ?? document.body).append(box);
  from.setAttribute("aria-expanded", "true");
  const at = from.getBoundingClientRect();
  box.style.setProperty("left", `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`);
  box.style.setProperty("top", `${at.bottom + 4}px`);
  draw();
  input.focus();
};
