// Making elements: texts go in as text nodes, never as markup.

/** @typedef {any} Child a node, a text, a number, nothing, or several of them */
/** @typedef {{ [name: string]: unknown }} Props attributes; a function listens to the event of its name */

/** @type {Record<string, string>} */
const SHORT = { key: "data-key", label: "aria-label" };
/** Of a field in which nothing is to be proposed or corrected. */
export const TYPED = { autocomplete: "off", spellcheck: "false" };
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} element
 * @param {Child} child
 */
const put = (element, child) => {
  if (Array.isArray(child)) child.forEach((one) => put(element, one));
  else if (child instanceof Node) element.append(child);
  else if (child !== null && child !== undefined && child !== false) element.append(String(child));
};

/**
 * @param {Element} element
 * @param {Props} props
 */
const dress = (element, props) => {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value === false || value === null || value === undefined) continue;
    else if (name.startsWith("on") || name === "style" || name === "srcdoc") throw new Error(`no attribute ${name}`);
    else if (name === "href" && !/^(#|blob:)/.test(String(value))) throw new Error("links stay in the page");
    else element.setAttribute(SHORT[name] ?? name, value === true ? "" : String(value));
  }
};

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K | `${K}.${string}`} name with its classes: `p.quiet`
 * @param {...(Props | Child)} parts its attributes, where the first of them is a plain object; its children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (name, ...parts) => {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (element instanceof HTMLButtonElement) element.type = "button";
  if (classes.length) element.className = classes.join(" ");
  if (parts[0]?.constructor === Object) dress(element, parts.shift());
  put(element, parts);
  return /** @type {HTMLElementTagNameMap[K]} */ (element);
};

/**
 * @param {string} name
 * @param {Props} props
 * @param {...Child} children
 * @returns {SVGElement}
 */
export const svg = (name, props, ...children) => {
  const element = document.createElementNS(SVG, name);
  dress(element, props);
  put(element, children);
  return element;
};

/**
 * @param {string} name of a symbol in index.html
 * @param {string} [more] classes
 */
export const icon = (name, more = "") => svg("svg", { class: `i ${more}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: "#i-" + name }));

/**
 * A part of the panel.
 * @param {Child} title
 * @param {Child} note at its right
 * @param {...Child} children
 */
export const part = (title, note, ...children) => h("section", h("h2", title, note && h("small", note)), children);

/** @param {...Child} children for screen readers only */
export const hidden = (...children) => h("span.vh", ...children);

/**
 * A button. With `why` it stays in reach and says why nothing happens.
 * @param {string} look its classes
 * @param {Child} label
 * @param {() => void} press
 * @param {Props & { why?: string | null }} [props]
 */
export const button = (look, label, press, { why = null, ...props } = {}) => h("button", {
  class: `btn ${look}`,
  "aria-disabled": why !== null && "true",
  label: look.endsWith("icon") && props.title,
  title: why ?? false,
  ...props,
  // The second click of a double click is meant for what the first one did.
  click: (/** @type {MouseEvent} */ event) => { if (why !== null) say(why); else if (event.detail < 2 || !/dan|pri/.test(look)) press(); },
}, label, why !== null && hidden(". ", why));

/**
 * @param {HTMLElement} button
 * @param {boolean} yes
 */
export const enable = (button, yes) => yes ? button.removeAttribute("aria-disabled") : button.setAttribute("aria-disabled", "true");

/**
 * A table that scrolls where it is long.
 * @param {string} label
 * @param {string[]} heads
 * @param {Child[][]} rows each begins with what it is about
 */
export const table = (label, heads, rows) => h("div.scroll", { tabindex: "0", role: "group", label }, h("table.plain", h("thead", h("tr", heads.map((one) => h("th", { scope: "col" }, one)))),
  h("tbody", rows.map(([first, ...others]) => h("tr", h("th", { scope: "row" }, first), others.map((one) => h("td", one)))))));

/** @param {string} text for screen readers, and for nobody else */
export const say = (text) => {
  const live = byId("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
};

/** @param {string} text as a part of an address */
export const enc = (text) => encodeURIComponent(text);

/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Fills `box` anew; what had the focus has it again where something of the same `data-key` is there.
 * @param {Element} box
 * @param {...Child} children
 */
export const fill = (box, ...children) => {
  const had = document.activeElement instanceof HTMLElement && box.contains(document.activeElement) ? document.activeElement : null;
  const key = had?.dataset.key;
  const scroll = box.scrollTop;
  const made = document.createElement("div");
  put(made, children);
  box.replaceChildren(...made.childNodes);
  box.scrollTop = scroll;
  if (!had) return;
  const again = key ? box.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  const next = again ?? (had.isConnected ? had : box.querySelector("button, input, select, [tabindex]"));
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
};

/** What a step draws that was left: its answers may come later. */
export const nothing = () => {};

const NUMBER = new Intl.NumberFormat("en");
/** @param {number} value */
export const count = (value) => NUMBER.format(value);
/**
 * @param {number} value
 * @param {string} one
 * @param {string} [many]
 */
export const many = (value, one, many = one + "s") => `${count(value)} ${value === 1 ? one : many}`;

/** @param {number} seconds */
export const lasting = (seconds) => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
};

/** @param {string} until what is left until then, to be counted down */
export const leftUntil = (until) => `${lasting(Math.max(0, (Date.parse(until) - Date.now()) / 1000))} left`;

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
/** @param {string} at */
export const clock = (at) => CLOCK.format(new Date(at));
/** @param {string} at */
export const when = (at) => {
  const then = new Date(at);
  const now = new Date();
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return CLOCK.format(then);
  if (days === 1) return "yesterday";
  return (then.getFullYear() === now.getFullYear() ? DAY : YEAR).format(then);
};

/** What stands for a status: its shape and its word. */
/** @type {Record<string, [string, string]>} */
const STATUSES = {
  create: ["plus", "create"], differs: ["differ", "differs"], collides: ["no", "collides"], sending: ["turn", "sending"],
  created: ["ok", "created"], exists: ["same", "exists"], updated: ["differ", "updated"], failed: ["no", "failed"],
  invalid: ["err", "invalid"], blocked: ["hold", "blocked"], unknown: ["ask", "unknown"], pending: ["wait", "to do"], removed: ["minus", "removed"], restored: ["undo", "restored"],
};
/** @param {string} status */
export const statusWord = (status) => STATUSES[status]?.[1] ?? status;
/**
 * @param {string} status
 * @param {Child} [label]
 */
export const badge = (status, label) => h(`span.st.${status}`,
  icon(STATUSES[status]?.[0] ?? "wait", status === "sending" ? "spin" : ""), label ?? statusWord(status));
