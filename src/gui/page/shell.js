// What stands around every step: header, what stands over it, bar below, dialogs.
/** @import { Counts, List, Run, Step, Target } from "../types.js" */
import { badge, button, byId, clock, count, enc, fill, h, hidden, icon, leftUntil, many, part, say, statusWord, svg } from "./dom.js";
import { KEYS } from "./keys.js";

/** @typedef {import("./dom.js").Child} Child */
/** @type {[Step, string][]} */
export const STEPS = [["list", "List"], ["problems", "Problems"], ["plan", "Plan"], ["run", "Run"], ["results", "Results"]];

/** @param {Step} step */
export const rank = (step) => STEPS.findIndex(([name]) => name === step);

/**
 * @param {Step | null} current null: the start page
 * @param {{ base: string, name: string, reached: Step, first?: Step, open?: (Step | false)[] } | null} of where the steps lead, and which of them are not finished
 */
export const showSteps = (current, of) => {
  document.title = `${of ? of.name + " - " : ""}partner-import`;
  byId("file").textContent = of?.name ?? "";
  byId("file").hidden = !of;
  byId("file").title = of?.name ?? "";
  if (!of || !current) return byId("steps").replaceChildren();
  const reached = Math.max(rank(of.reached), rank(current));
  const from = rank(of.first ?? "list");
  fill(byId("steps"), h("ol", STEPS.map(([step, label], index) => {
    const here = step === current;
    const open = index >= from && index <= reached;
    const done = open && index < reached && !here && !of.open?.includes(step);
    const inner = [h("b", done ? icon("tick") : index + 1), h("span.label", label, done && hidden(", done"))];
    return h("li", { class: done ? "done" : null }, open
      ? h("a", { href: `${of.base}/${step}`, "aria-current": here && "step", key: "step-" + step }, inner)
      : h("span.step", inner));
  })));
};

/** @param {Target | null} target */
export const showTarget = (target) => {
  const live = target?.mode === "live" && target.root && target.real;
  const text = !target?.mode ? "Not connected" : target.mode === "sandbox" ? "Sandbox" : target.root ? target.root.name : "Not connected";
  byId("target").title = text;
  byId("target").className = "target" + (live ? " real" : "");
  byId("target").replaceChildren(icon(target?.mode === "sandbox" ? "box" : "cloud"), h("span.label", live && h("span.org", "Real service: "), text));
  showSandbox(target?.mode === "sandbox");
};

const sandboxStripe = () => h("p.sandbox", h("b", "Sandbox."), " A stand-in on this computer: nothing here is real.");
/** @param {boolean} on */
export const showSandbox = (on) => over("sandbox", on ? sandboxStripe() : null);

/** @type {Map<string, Node>} */
const above = new Map();
/**
 * A stripe between header and page; null takes it away.
 * @param {string} key
 * @param {Node | null} stripe
 */
export const over = (key, stripe) => {
  if (!stripe && !above.has(key)) return;
  if (stripe) above.set(key, stripe);
  else above.delete(key);
  fill(byId("over"), ...above.values());
};

/**
 * @param {"bad" | "mild" | "good"} kind
 * @param {string} title
 * @param {string} says
 * @param {...Child} buttons
 */
export const banner = (kind, title, says, ...buttons) => h("div", { class: `banner ${kind}`, role: kind === "bad" ? "alert" : "status" },
  icon(kind === "bad" ? "no" : kind === "good" ? "ok" : "warn"), h("p", h("b", title), " ", says), buttons);

/**
 * The same where something is waited for: until when, and counted down for the eye only.
 * @param {"bad" | "mild" | "good"} kind
 * @param {string} title
 * @param {string} says
 * @param {string | null} until
 * @param {...Child} buttons
 */
export const waitBanner = (kind, title, says, until, ...buttons) => banner(kind, title, until ? `${says} Until ${clock(until)}.` : says,
  until && h("span.num", { "aria-hidden": "true", "data-until": until }, leftUntil(until)), buttons);
setInterval(() => {
  for (const one of document.querySelectorAll("[data-until]")) one.textContent = leftUntil(/** @type {HTMLElement} */ (one).dataset.until ?? "");
}, 1000);

/** @param {Child[]} parts put away with a button of its own */
export const notice = (...parts) => {
  const [title, says, ...buttons] = parts;
  over("fault", banner("mild", title, says, buttons, button("plain icon", icon("close"), () => over("fault", null), { label: "Put away" })));
};

/**
 * The bar below. Nothing: there is none.
 * @param {Child} [says]
 * @param {...Child} buttons
 */
export const foot = (says = null, ...buttons) => {
  const bar = byId("foot");
  bar.hidden = says === null;
  const text = bar.querySelector(":scope > p");
  // The text's element stays, so that a screen reader hears what changes in it.
  if (!text) return void bar.replaceChildren(h("p", { role: "status" }, says), h("div.acts", buttons));
  const next = h("p", says);
  if (next.textContent !== text.textContent) fill(text, ...next.childNodes);
  fill(/** @type {Element} */ (bar.lastElementChild), buttons);
};

/** @param {...Child} children */
export const place = (...children) => byId("main").replaceChildren(...h("div", children).childNodes);

/**
 * What stands in place of a screen that has nothing to show.
 * @param {string} symbol
 * @param {string} title
 * @param {Child} says
 * @param {...Child} buttons
 */
export const blank = (symbol, title, says, ...buttons) => h("div.blank", icon(symbol, symbol === "ok" ? "good" : ""),
  h("h2", title), h("p", says), buttons.some(Boolean) && h("div.line", buttons));

/**
 * @param {string} title
 * @param {Child} body
 * @param {(close: () => void) => Child[]} [acts] else one that closes it
 * @param {() => void} [closed]
 */
export const dialog = (title, body, acts = (close) => [button("primary", "Close", close)], closed = () => {}) => {
  const from = document.activeElement;
  const box = h("dialog.dialog", { "aria-labelledby": "dialog-title" });
  const close = () => box.close();
  box.append(h("h2", { id: "dialog-title" }, title), h("div.body", body), h("div.line.end", acts(close)));
  box.addEventListener("close", () => {
    box.remove();
    if (from instanceof HTMLElement && from.isConnected) from.focus();
    closed();
  });
  document.body.append(box);
  box.showModal();
  return { box, close };
};

/** @param {FileList | null | undefined} files @param {(file: File) => void} take */
const single = (files, take) => {
  if (files?.length === 1) take(files[0]);
  else if (files?.length) say("One file at a time.");
};

/**
 * What a button clicks to have a file chosen.
 * @param {string} accept
 * @param {(file: File) => void} take
 */
export const fileInput = (accept, take) => {
  const input = h("input.vh", { type: "file", tabindex: "-1", "aria-hidden": "true", accept, change: () => { single(input.files, take); input.value = ""; } });
  return input;
};

/**
 * Takes a file that is dropped anywhere on the page.
 * @param {Element} zone shows that it would be taken
 * @param {(file: File) => void} take
 * @returns {() => void} ends it
 */
export const dropping = (zone, take) => {
  const ender = new AbortController();
  const { signal } = ender;
  addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); }, { signal });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); }, { signal });
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    single(event.dataTransfer?.files, take);
  }, { signal });
  return () => ender.abort();
};

export const showKeys = () => {
  if (document.querySelector("dialog[open]")) return;
  dialog("Keys", h("dl.keys", KEYS.map(([keys, means]) => h("div", h("dt", keys), h("dd", means)))));
};

/** To the next part of the page: header, table, panel, bar. @param {boolean} back */
export const nextPart = (back) => {
  const parts = ["#top", ".left, .start", ".panel", "#foot"].map((one) => document.querySelector(one))
    .filter((one) => one instanceof HTMLElement && one.offsetHeight > 0 && one.querySelector("button, a[href], input, select, [tabindex='0']"));
  const at = parts.findIndex((part) => part?.contains(document.activeElement));
  const part = parts[(at + (back ? -1 : 1) + parts.length) % parts.length];
  const stop = part?.querySelector(".gridbox [tabindex='0']") ?? part?.querySelector("a[aria-current], button, input, select, a[href], [tabindex='0']");
  if (stop instanceof HTMLElement) stop.focus();
};

export const setUpTheme = () => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const kept = localStorage.getItem("theme");
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  byId("theme").addEventListener("click", () => {
    const next = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    localStorage.setItem("theme", next);
  });
};

/**
 * @param {string} label
 * @param {[string, string, number | null][]} views id, label, count
 * @param {string} current
 * @param {(view: string) => void} pick
 */
export const tabs = (label, views, current, pick) => h("div.tabs", { role: "group", label: label },
  views.map(([view, name, rows]) => h("button", {
    type: "button", "aria-pressed": String(view === current), key: "view-" + view, click: () => pick(view),
  }, name, rows !== null && [" ", h("span", count(rows))])));

/** @param {List | null} list */
export const ofList = (list) => list && { base: `#/lists/${enc(list.list)}`, name: list.name, reached: list.reached,
  open: [list.questions.some((one) => one.answer === null || one.open > 0) && /** @type {Step} */ ("list"), list.counts.need > 0 && /** @type {Step} */ ("problems")] };

/**
 * The bar of counts: each status as wide as its share, none that is there thinner than it can be seen.
 * @param {[string, number][]} parts
 * @param {number} whole
 */
export const shares = (parts, whole) => {
  let x = 0;
  return svg("svg", { class: "shares", viewBox: "0 0 1000 10", preserveAspectRatio: "none", role: "img", label: parts.filter(([, rows]) => rows).map(([status, rows]) => `${count(rows)} ${statusWord(status)}`).join(", ") || "nothing yet" },
    parts.filter(([status, rows]) => rows > 0 && status !== "pending").map(([status, rows]) => {
      const width = Math.max(4, (rows / Math.max(1, whole)) * 1000);
      const rect = svg("rect", { class: status, x: Math.min(x, 1000 - width), width: width - 1, height: 10 });
      x += width;
      return rect;
    }));
};

/** @param {Counts} counts @returns {[string, number][]} in the order of the bar */
export const partsOf = (counts) => /** @type {const} */ (["created", "exists", "updated", "failed", "invalid", "blocked", "unknown", "pending", "removed", "restored"]).map((status) => [status, counts[status]]);

/**
 * The bar of a run's counts and what its colours mean.
 * @param {Counts} counts
 * @param {string[]} always shown, though there are none
 */
export const standing = (counts, always = []) => [shares(partsOf(counts), counts.rows), h("p.legend", partsOf(counts).filter(([status, rows]) => rows > 0 || always.includes(status))
  .map(([status, rows]) => badge(status, h("span", h("b", count(rows)), ` ${status === "exists" ? "already there" : statusWord(status)}`))))];

/** @param {Run["said"]} said */
export const serviceSaid = (said) => said.length > 0 && part("What the service said", many(said.reduce((sum, one) => sum + one.rows, 0), "row"),
  h("ul.said", said.map((one) => h("li", h("q", one.text), h("p", `${one.code ? one.code + ", " : ""}${many(one.rows, "row")}. ${one.note}`)))));
