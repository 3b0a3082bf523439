// Step 4: the run as it goes. Closing the page changes nothing in it.
/** @import { Action, LoginAsk, Run, Step, Target } from "../types.js" */
import { get, listen, post, Refused } from "./api.js";
import { app, failed, rowsOf, runBase, showSent, tend } from "./app.js";
import { button, clock, count, enc, fill, h, icon, lasting, nothing, part, say, svg } from "./dom.js";
import { askLogin } from "./confirm.js";
import { Grid } from "./grid.js";
import { blank, dialog, foot, ofList, over, place, serviceSaid, showSandbox, showSteps, standing, tabs, waitBanner } from "./shell.js";
import { finder, OUTCOME, stepKey, toolbar } from "./tools.js";

/** States in which requests go out, or would but for a wait, and their words. @type {Record<string, string>} */
const WORDS = { preparing: "Getting ready", running: "Running", paused: "Paused", waiting: "Waiting", stopping: "Stopping", undoing: "Undoing" };
/** @param {Run} run */
export const isLive = (run) => run.state in WORDS;

/**
 * Where the steps of a run lead: those of its list, or only the last two.
 * @param {Run} run
 * @returns {Parameters<typeof showSteps>[1]}
 */
export const ofRun = (run) => {
  const of = app.list && ofList(app.list);
  /** @type {Step | false} */
  const unfinished = run.can.includes("continue") && "run";
  return { ...(of ?? { base: `#/runs/${enc(run.run)}`, name: run.name, first: /** @type {Step} */ ("run") }), reached: /** @type {Step} */ (isLive(run) ? "run" : "results"), open: [...of?.open ?? [], unfinished] };
};

let noticed = "null";
/** @param {Run} run */
export const stripes = (run) => {
  showSandbox(run.mode === "sandbox");
  const { notice } = run;
  const now = JSON.stringify(notice && [notice, run.can]);
  // One that is the same stays: it would be read out again and again.
  if (noticed !== now) over("notice", notice ? waitBanner(notice.kind, notice.title, notice.says, notice.until, notice.try_now && run.can.includes("try_now") && button("", "Try now", () => act(run, "try_now"))) : null);
  noticed = now;
};
export const noStripes = () => {
  noticed = "null";
  over("notice", null);
};

/** @param {Run} run @param {Action} action */
const act = (run, action) => tend(post(`${runBase(run.run)}/do`, { action }));

/**
 * Continues a run. What was changed since it began is said before; where the program has no password for its service,
 * that is asked for here.
 * @param {string} run
 * @param {() => void} then
 * @param {{ login?: LoginAsk, anyway?: boolean }} [more]
 */
export const goOn = async (run, then, more = {}) => {
  try {
    await post(`${runBase(run)}/do`, { action: "continue", ...more });
    then();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fault } = error;
    if (fault.code === "changed") {
      dialog(fault.title, h("p", fault.says), (close) => [button("", "Not now", close), app.list && h("a.btn", { href: `${ofList(app.list)?.base}/plan`, click: close }, "To the plan"), button("primary", "Continue as it began", () => {
        close();
        tend(goOn(run, then, { ...more, anyway: true }));
      })]);
    } else if (fault.code === "login") {
      const target = /** @type {Target} */ (await get("/api/target"));
      askLogin(fault, { ...target, user: more.login?.user ?? target.user }, (login) => tend(goOn(run, then, { ...more, login })));
    } else throw error;
  }
};

/** The rate of the last minutes. @param {Run["rate"]} rate */
const spark = ({ history, allowed }) => {
  const most = Math.max(allowed * 1.1, ...history, 0.1);
  const x = (/** @type {number} */ index) => (index * 120) / Math.max(1, history.length - 1);
  const y = (/** @type {number} */ value) => 40 - (value / most) * 38;
  const line = history.map((value, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const slow = Math.min(...history);
  return svg("svg", { class: "spark", viewBox: "0 0 120 40", preserveAspectRatio: "none", role: "img", label: history.length ? `Rate lately: now ${history.at(-1)} a second, lowest ${slow}` : "No rate yet" },
    history.length > 1 && [svg("path", { class: "area", d: `${line}L120 40L0 40z` }), svg("path", { d: line })], svg("line", { x1: 0, x2: 120, y1: y(allowed), y2: y(allowed) }));
};

/** @param {Run} run what of the list it does not send */
export const sinceThen = (run) => run.since !== null && part("Changed since it began", null, h("p.lead", run.since));

class Running {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.base = runBase(run.run);
    this.view = "ended";
    this.tenth = -1;
    const of = (/** @type {string} */ field) => run.columns.findIndex((one) => one.field === field);
    this.grid = new Grid({
      label: "Rows of the run", follow: true, enter: (row) => tend(showSent(this.base, row)), grows: () => this.view === "ended", load: rowsOf(this), failed, empty: () => blank("wait", "No rows here yet", ""),
      columns: [
        { title: "Name", width: "xl", index: of("Name") },
        OUTCOME.status, OUTCOME.id,
        { title: "Level", width: "s", index: of("Level") }, { title: "State", width: "s", index: of("State") },
        OUTCOME.message,
      ],
    });
    this.find = finder(this);
    this.hero = h("div.hero");
    this.bar = h("div.views");
    this.panel = h("aside.panel", { label: "How it goes" });
    const off = [listen("run", (next) => { if (next.run === run.run) this.take(next); }), listen("list", (event) => {
      if (event.list === run.list && !event.checking && !isLive(this.run)) tend(loadRun(run.run).then((next) => this.take(next)));
    })];
    this.off = () => off.forEach((one) => one());
    /** Redrawn four times a second at most, however fast events come. */
    this.timer = 0;
  }

  show() {
    place(h("div.work", h("div.left", this.hero, toolbar(this.find, this.bar), this.grid.box), this.panel));
    this.draw();
  }

  /** @param {Run} next */
  take(next) {
    if (next.revision < this.run.revision) return;
    this.run = next;
    if (!this.timer) this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.grid.window.renew();
      this.draw();
    }, 250);
  }

  draw() {
    const { run } = this;
    showSteps("run", ofRun(run));
    stripes(run);
    this.drawHero();
    const { counts } = run;
    /** @type {[string, string, number | null][]} */
    const views = [["ended", "As they end", null], ["failed", "Failed", counts.failed], ["blocked", "Blocked", counts.blocked], ["pending", "To do", counts.pending]];
    if (counts.unknown) views.splice(3, 0, ["unknown", "Unknown", counts.unknown]);
    fill(this.bar, tabs("Rows", views, this.view, (view) => { this.view = view; this.draw(); this.grid.restart(); }));
    this.drawPanel();
    this.drawFoot();
    const tenth = Math.floor((10 * (counts.rows - counts.pending)) / Math.max(1, counts.rows));
    if (tenth !== this.tenth && this.tenth >= 0) say(`${count(counts.created)} of ${count(run.to_create)} created`);
    this.tenth = tenth;
  }

  drawHero() {
    const { run } = this;
    const { counts } = run;
    const state = WORDS[run.state]?.toLowerCase();
    const right = isLive(run) ? run.state === "running" && run.left !== null ? [lasting(run.left), h("small", " left")] : h("small", state ?? "") : h("small", run.ended ? `ended ${clock(run.ended)}` : "");
    fill(this.hero, h("h1", count(counts.created), " ", h("small", `of ${count(run.to_create)} created`)), h("p.big", right), standing(counts, ["created", "pending"]));
  }

  drawPanel() {
    const { run } = this;
    const { rate } = run;
    fill(this.panel,
      part("Pace", `begun ${clock(run.begun)}`, h("dl.vital", h("div", h("dt", "Rate now"), h("dd", isLive(run) ? rate.now.toFixed(1) : "0", h("small", rate.allowed ? `/s of ${rate.allowed}/s` : "/s"))), h("div", h("dt", "An answer takes"), h("dd", count(rate.answer_ms), h("small", " ms")))), spark(rate)),
      serviceSaid(run.said),
      isLive(run) ? part("This page may be closed", null, h("p.lead", run.from === "page" ? `The run continues without it. Pause holds before the next row; stop waits for ${run.in_flight ? `the ${run.in_flight} in flight` : "calls in flight"}, and the rest can be continued.` : "It was started on the command line; you can watch it here."))
        : part(run.title, null, h("p.lead", run.says)),
      sinceThen(run));
  }

  drawFoot() {
    const { run } = this;
    const where = run.mode === "live" ? "in the real service" : "in the sandbox";
    const words = WORDS[run.state];
    const can = (/** @type {Action} */ action) => run.can.includes(action);
    foot([h("b", words ? `${words} ${where}` : run.title), " ", h("span", `below ${run.root}, run ${run.run}`)],
      can("pause") && button("", [icon("pause"), "Pause"], () => act(run, "pause"), { key: "pause" }),
      can("stop") && button("danger", [icon("stop"), "Stop"], () => act(run, "stop"), { key: "stop" }),
      can("go_on") && button("primary", [icon("go"), "Go on"], () => act(run, "go_on"), { key: "pause" }),
      !isLive(run) && h("a", { class: can("continue") ? "btn" : "btn primary", href: `${ofRun(run)?.base}/results`, key: "results" }, can("continue") ? "Results so far" : "See the results"),
      can("continue") && button("primary", "Continue the run", () => tend(goOn(run.run, () => {})), { key: "next" }));
  }
}

/**
 * @param {string} id
 * @returns {Promise<Run>}
 */
export const loadRun = (id) => get(runBase(id));

/** @param {Run} run @returns {import("./app.js").View} */
export const showRun = (run) => {
  const running = new Running(run);
  running.show();
  return { close: () => { running.off(); running.draw = nothing; running.grid.close(); noStripes(); }, key: (event) => stepKey(event, { find: running.find.input, sent: () => tend(showSent(running.base, running.grid.row())) }) };
};
