// The page of `partner-import gui`: where one is, and what holds everywhere.
/** @import { Start, Step } from "../types.js" */
import { enter, follow, get, listen, Refused, watchConnection } from "./api.js";
import { app, failed, loadList, tend } from "./app.js";
import { byId, enc, h } from "./dom.js";
import { showListing } from "./listing.js";
import { showPlan } from "./planning.js";
import { showProblems } from "./problems.js";
import { showResults } from "./results.js";
import { loadRun, showRun } from "./running.js";
import { banner, blank, foot, nextPart, over, place, setUpTheme, showKeys, showSteps, showTarget, STEPS, waitBanner } from "./shell.js";
import { showStart } from "./start.js";

/** How long a lost connection is only a stripe. */
const PATIENCE_MS = 12_000;

/** @type {import("./app.js").View | null} */
let view = null;
let turn = 0;
let finished = false;
/** The list whose problems are shown as soon as it is read. */
let awaited = "";

/** @param {string} hash @returns {{ kind: "start" | "lists" | "runs", id: string, step: Step | null, line: number }} */
const parse = (hash) => {
  const [, kind, id, step, line] = /^#\/(lists|runs)\/([^/]+)(?:\/(\w+))?(?:\/(\d+))?$/.exec(hash) ?? [];
  if (kind !== "lists" && kind !== "runs") return { kind: "start", id: "", step: null, line: 0 };
  return { kind, id: decodeURIComponent(id), step: STEPS.find(([name]) => name === step)?.[0] ?? null, line: Number(line ?? 0) };
};

/** @param {string} hash @returns {Promise<() => import("./app.js").View>} */
const prepare = async (hash) => {
  const { kind, id, step, line } = parse(hash);
  awaited = step === "problems" ? id : "";
  if (kind === "start") return showStart;
  if (kind === "runs") {
    const run = await loadRun(id);
    app.list = run.list === null ? null : await loadList(run.list);
    return () => step === "results" ? showResults(run) : showRun(run);
  }
  const list = await loadList(id);
  if (list.state !== "reading") awaited = "";
  showTarget(app.target = await get("/api/target"));
  if (step === "run" || step === "results") {
    if (list.run === null) return showPlan;
    const run = await loadRun(list.run);
    return () => step === "run" ? showRun(run) : showResults(run);
  }
  return step === "plan" ? showPlan : step === "problems" && list.state === "ready" ? showProblems : () => showListing(line);
};

const route = async () => {
  if (finished) return;
  const mine = ++turn;
  over("fault", null);
  try {
    const show = await prepare(location.hash);
    if (mine !== turn) return;
    leave();
    if (show === showStart) showTarget(app.target);
    view = show();
    scrollTo(0, 0);
    byId("main").focus({ preventScroll: true });
  } catch (error) {
    if (mine !== turn) return;
    if (error instanceof Refused && error.status === 404) gone();
    else failed(error);
  }
};

/** Takes away what is shown, and all that stands over it. */
const leave = () => {
  document.querySelectorAll("dialog[open]").forEach((one) => /** @type {HTMLDialogElement} */ (one).close());
  view?.close();
  view = null;
};

/** @param {HTMLElement} box in place of a step */
const alone = (box) => {
  leave();
  showSteps(null, null);
  foot();
  place(h("div.alone", box));
};

const gone = () => {
  alone(blank("sheet", "That is not here any more", "The list or run was removed, or the address is mistyped.", h("a.btn.primary", { href: "#/" }, "To the start")));
};

/**
 * In place of everything: nothing here can do anything any more.
 * @param {string} title
 * @param {string} says
 * @param {string[]} [lost] edits that the program did not keep
 */
const ended = (title, says, lost = []) => {
  finished = true;
  over("connection", null);
  over("sandbox", null);
  byId("target").hidden = true;
  alone(blank("box", title, [says, lost.length > 0 && h("b", ` Not kept, since the program had ended: ${lost.join("; ")}.`)], h("code", "partner-import gui")));
  byId("main").focus();
};

/** The program has ended, and with it this page: what is kept, and how to come back to it. @param {string} title */
const died = (title) => {
  const { list } = app;
  ended(title, `Close this page; it no longer works. Your changes are kept, and a run can be continued. Start the program again, and continue ${list ? list.name : "your list"} from its start page:`, view?.unsaved?.() ?? []);
};

/** @param {KeyboardEvent} event */
const key = (event) => {
  if (event.defaultPrevented || finished) return;
  const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "F6") nextPart(event.shiftKey);
  else if (event.key === "F1" || (event.key === "?" && !typing)) showKeys();
  else if (!view?.key?.(event)) return;
  event.preventDefault();
};

const connection = () => {
  let timer = 0;
  watchConnection((now) => {
    clearTimeout(timer);
    if (now === "ended") return died("The program of this page has ended");
    over("connection", now === "live" ? null : banner("bad", "The program does not answer.", "Your changes are kept. This page tries again."));
    if (now === "live" && finished) location.reload();
    if (now === "lost") timer = window.setTimeout(() => died("partner-import is not running any more"), PATIENCE_MS);
  });
  listen("ending", ({ says }) => over("ending", banner("mild", "The program is ending.", says)));
  listen("waiting", ({ says, until }) => {
    // What was asked for goes on: the dialog that asked it would only hide why nothing is seen of it.
    if (says) document.querySelectorAll("dialog[open]").forEach((one) => /** @type {HTMLDialogElement} */ (one).close());
    over("waiting", says ? waitBanner("mild", "Nothing is sent yet; it then begins.", says, until) : null);
  });
  listen("target", (target) => { app.target = target; showTarget(target); });
  listen("list", (event) => { if (event.list === awaited && event.state === "ready") void route(); });
};

const begin = async () => {
  setUpTheme();
  byId("help").addEventListener("click", showKeys);
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  document.addEventListener("keydown", key);
  connection();
  let inside = false;
  try {
    inside = await enter();
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 0) throw error;
    return ended("This link was used already", "A link opens the page once. Start the program again for a new one:");
  }
  if (!inside) return ended("This page needs its link", "Start the program, and it opens the page itself:");
  addEventListener("hashchange", route);
  tend(follow());
  if (location.hash === "" || location.hash === "#/") {
    /** @type {Start} */
    const start = await get("/api/start");
    if (start.opened !== null && location.hash === "") return void (location.hash = `#/lists/${enc(start.opened)}/list`);
  }
  await route();
};

begin().catch(failed);
