// Step 3: where to, what would become of everybody, and what it costs.
/** @import { Finding, List, Pilot, Plan, Row, Rows, Target, TargetAsk } from "../types.js" */
import { download, get, listen, post, Refused } from "./api.js";
import { app, failed, listBase, rowsOf, showSent, tend } from "./app.js";
import { confirmRun, loginForm } from "./confirm.js";
import { badge, button, count, fill, h, icon, lasting, many, nothing, part } from "./dom.js";
import { Grid } from "./grid.js";
import { banner, blank, dropping, fileInput, foot, ofList, over, place, showSteps, showTarget, tabs } from "./shell.js";
import { finder, stepKey, toolbar } from "./tools.js";

/**
 * @param {string} name
 * @param {string} value
 * @param {boolean} checked
 * @param {() => void} change
 * @param {...import("./dom.js").Child} label
 */
const radio = (name, value, checked, change, ...label) => h("label", h("input", { type: "radio", name, value, checked, key: `${name}-${value}`, change }), label);

/** @param {Row} row */
const customer = (row) => [row.open === null ? h("span.leaf") : icon("rt", "twist"), h("span", row.cells[0])];

/** The cell that says what is there: old struck out, new bold. @param {Row} row */
const difference = (row) => {
  const old = row.marks.find(([, mark]) => mark === "old");
  const fresh = row.marks.find(([, mark]) => mark === "new");
  if (!old && !fresh) return h("span", row.cells[4] ?? "");
  return h("span", `${row.cells[4]}: there `, h("del", old?.[2] || "empty"), ", in the list ", h("ins", fresh?.[2] || "empty"));
};

class Planning {
  /** @param {List} list */
  constructor(list) {
    this.list = list;
    this.of = listBase(list.list);
    this.base = this.of + "/plan";
    this.view = "all";
    /** @type {Plan | null} */
    this.plan = null;
    this.first = 10;
    this.denied = "";
    this.connecting = false;
    this.looking = false;
    /** @type {Finding[] | null} */
    this.findings = null;
    /** @type {import("./table.js").Column[]} */
    const columns = [
      { title: "Customer", width: "xl", index: 0, look: "tree", draw: customer },
      { title: "Plan", width: "s", index: -1, text: (row) => row.status ?? "", draw: (row) => row.status && row.row !== 0 ? badge(row.status) : null },
      { title: "Level", width: "s", index: 1 }, { title: "State", width: "s", index: 2 }, { title: "Country", width: "xs", index: 3 },
      { title: "What is there", width: "xxl", index: -1, text: (row) => [row.cells[4], ...row.marks.map((one) => one[2])].join(" "), draw: difference },
    ];
    this.grid = new Grid({
      label: "The plan as a tree", tree: true, columns, load: rowsOf(this), failed,
      fold: (row, open) => tend(this.fold(row, open)), enter: (row) => tend(showSent(this.of, row)),
      empty: () => blank("sheet", "No customers in this view", ""),
    });
    this.grid.box.addEventListener("click", (event) => this.twist(event));
    this.find = finder(this);
    this.bar = h("div.views");
    this.left = h("div.left");
    this.connection = h("section");
    this.facts = h("div");
    this.file = fileInput(".json", (file) => tend(this.approve(file)));
    this.panel = h("aside.panel", { label: "Target and counts" }, this.file, this.connection, this.facts);
    const off = [dropping(this.panel, (file) => tend(this.approve(file))), listen("plan", (event) => { if (event.list === list.list) this.take(event.plan); }), listen("target", (target) => { app.target = target; this.drawTarget(); })];
    this.off = () => off.forEach((one) => one());
  }

  async show() {
    showSteps("plan", ofList(this.list));
    place(h("h1.vh", "The plan"), h("div.work", this.left, this.panel));
    foot("");
    app.target = await get("/api/target");
    this.mode = app.target?.mode ?? null;
    this.drawTarget();
    this.take(await get(this.base));
    if (this.plan?.state === "none" && app.target?.root) await this.make();
  }

  /** @param {{ update?: boolean, of_run?: string | null }} [how] */
  async make(how = {}) {
    this.take(await post(this.base, { update: how.update ?? this.plan?.update ?? false, of_run: how.of_run ?? this.plan?.of_run ?? null }));
  }

  /** @param {File | null} file a plan that was saved and approved; null: it does not count any more */
  async approve(file) {
    this.take(await post(`${this.base}/approved`, { text: file && await file.text() }));
  }

  /** @param {Plan} plan */
  take(plan) {
    if (this.plan && plan.revision < this.plan.revision) return;
    const fresh = this.plan?.revision !== plan.revision || this.plan.state !== plan.state;
    this.plan = plan;
    if (plan.state === "ready" && this.list.reached !== "results" && this.list.reached !== "run") this.list.reached = "plan";
    showSteps("plan", ofList(this.list));
    this.drawLeft();
    this.drawFacts();
    this.drawFoot();
    if (plan.state === "ready" && fresh) this.grid.restart();
    const without = button("", "Plan without it", () => tend(this.approve(null)));
    over("plan", plan.differences.length ? banner("mild", "The approved plan no longer fits.", plan.differences.join(" "), without)
      : plan.stale ? banner("mild", plan.says, "", button("", "Plan again", () => tend(this.make())))
        : plan.approved ? banner("good", `This is the approved plan ${plan.approved}.`, "Exactly that is carried out.", without) : null);
  }

  drawLeft() {
    const plan = /** @type {Plan} */ (this.plan);
    if (plan.state === "ready") {
      const { counts } = plan;
      /** @type {[string, string, number | null][]} */
      const views = [["all", "All", counts.all], ["create", "Create", counts.create], ["exists", "There already", counts.exists], ["differs", plan.update ? "Update" : "Differ", plan.update ? counts.update : counts.differs], ["collides", "Collide", counts.collides]];
      fill(this.bar, tabs("Customers", views, this.view, (view) => { this.view = view; this.drawLeft(); this.grid.restart(); }));
      if (!this.grid.box.isConnected) this.left.replaceChildren(toolbar(this.find, this.bar), this.grid.box);
    } else if (plan.state === "planning") this.left.replaceChildren(h("div.blank", icon("turn", "spin"), h("h2", "Reading the tenant"), h("p", { role: "status" }, plan.title || "The customers are being read. Nothing is changed."), h("progress", { label: "Planning" })));
    else if (plan.state === "failed") this.left.replaceChildren(blank("no", plan.title, plan.says, button("primary", "Plan again", () => tend(this.make()))));
    else this.left.replaceChildren(blank("cloud", "Where to?", "Try it in the sandbox, or log in to the real service. Planning only reads.",
      button("primary", [icon("box"), "Try it in the sandbox"], () => this.pick("sandbox")), button("", [icon("cloud"), "Real service"], () => this.pick("live"))));
  }

  // --- the target ---

  /** @param {"sandbox" | "live"} mode */
  pick(mode) {
    this.mode = mode;
    this.denied = "";
    if (mode === "sandbox") return tend(this.connect({ mode, endpoint: "", partner: "", user: "", password: "", keep: false }));
    this.drawTarget();
    const partner = this.connection.querySelector('[name="partner"]');
    if (partner instanceof HTMLElement) partner.focus();
  }

  drawTarget() {
    const target = /** @type {Target} */ (app.target);
    showTarget(target);
    this.drawFoot();
    const mode = this.mode ?? target.mode;
    const half = (/** @type {"sandbox" | "live"} */ to, /** @type {string} */ symbol, /** @type {string} */ label) => radio("target", to, mode === to, () => this.pick(to), icon(symbol), label);
    const connected = target.mode === mode && target.root;
    fill(this.connection, h("h2.vh", "Target"), h("div.halves", { role: "radiogroup", label: "Where to" }, half("sandbox", "box", "Sandbox"), half("live", "cloud", "Real service")),
      mode === "sandbox" && (target.root && connected ? h("p.lead", "Below ", h("b", target.root.name), ". Customers are created in a stand-in on this computer and can be thrown away.") : h("p.lead", "Starting the sandbox.")),
      mode === "live" && h("details.login", { open: !connected }, h("summary", connected && target.root ? h("span.st.created", icon("ok"), h("span", h("b", target.root.name), ` as ${target.root.user}`)) : h("b", "Log in"), icon("rt", "twist")), this.login(target)), connected && this.looked());
  }

  /** What a look at the target has come to, and the button for it. */
  looked() {
    const look = { ok: ["ok", "created"], "look-at": ["warn", "warning"], "will-fail": ["no", "failed"] };
    return h("div.looked", button("", this.looking ? "Looking" : "Check the connection", () => tend(this.look()), { key: "look" }), (this.findings ?? []).map((/** @type {Finding} */ one) => {
      const [symbol, as] = look[one.verdict];
      return h("p", h(`span.st.${as}`, icon(symbol), h("b", one.about)), ` ${one.says}`, one.advice && h("span.quiet", ` ${one.advice}`));
    }));
  }

  async look() {
    this.looking = true;
    this.drawTarget();
    try {
      this.findings = (await get("/api/doctor")).findings;
    } finally {
      this.looking = false;
      this.drawTarget();
    }
  }

  /** @param {Target} target */
  login(target) {
    const form = loginForm(target, this.denied, true, (typed) => tend(this.connect({ mode: "live", ...typed })));
    form.append(h("div.line", h("button.btn.primary", { type: "submit", key: "connect" }, this.connecting ? "Connecting" : "Connect"), h("span.quiet", "This only reads.")));
    return form;
  }

  /** @param {TargetAsk} ask */
  async connect(ask) {
    this.connecting = true;
    this.drawTarget();
    try {
      app.target = await post("/api/target", ask);
      this.findings = null;
      this.denied = "";
      this.drawTarget();
      await this.make();
      this.connecting = false;
      this.drawTarget();
    } catch (error) {
      this.connecting = false;
      const known = error instanceof Refused && error.status !== 0 && ["login", "unreachable", "value"].includes(error.fault.code) ? error.fault : null;
      if (known) {
        this.denied = `${known.title} ${known.says}`;
        if (app.target) Object.assign(app.target, { partner: ask.partner, user: ask.user, endpoint: ask.endpoint, root: null });
      }
      this.drawTarget();
      if (!known) throw error;
    }
  }

  // --- what it comes to ---

  drawFacts() {
    const plan = /** @type {Plan} */ (this.plan);
    if (plan.state !== "ready") return fill(this.facts);
    const { counts } = plan;
    const both = (/** @type {boolean} */ update, /** @type {string} */ label) => radio("update", String(update), plan.update === update, () => tend(this.make({ update })), label);
    fill(this.facts,
      part(many(counts.create, "is created", "are created"), counts.create ? `${lasting(plan.seconds)} at ${plan.rate}` : "",
        h("dl.facts", plan.by_state.map((one) => h("div", { class: one.billed && one.rows ? "bill" : null }, h("dt", one.state, h("small", one.says)), h("dd", count(one.rows))))),
        h("dl.facts", plan.by_level.map((one) => h("div", h("dt", one.level), h("dd", count(one.rows)))))),
      counts.differs + counts.update > 0 && part(`${count(counts.differs + counts.update)} differ`, "from what is there", h("div.halves", { role: "radiogroup", label: "Customers that differ" }, both(false, "Leave them"), both(true, "Take the list's"))),
      counts.collides > 0 && part(`${count(counts.collides)} collide`, "and are not sent", h("p.lead", h("a", { href: `${ofList(this.list)?.base}/problems` }, "Fix them in Problems"), ", or continue without them.")),
      counts.create > 1 && !plan.approved && this.pilot(),
      h("section", h("h2", "Have it approved", button("", [icon("down"), "Save the plan"], () => tend(download(`${this.of}/files/plan`, `${this.list.name}.plan.json`)), { key: "save-plan" })), h("p.lead", "For somebody else to review. ", button("link", "Bring an approved plan", () => this.file.click(), { key: "approved" }), ": exactly that is carried out.")));
  }

  pilot() {
    const input = h("input.short", { inputmode: "numeric", value: this.first, label: "Customers in the pilot", key: "pilot" });
    input.addEventListener("change", () => { input.value = String(this.first); });
    input.addEventListener("input", () => {
      const first = Number(input.value);
      if (Number.isInteger(first) && first > 0) this.first = first;
      this.drawFoot();
    });
    return part("Begin small", null, h("p.lead", "A pilot creates the first ", input, " and the parents they need. Look at them in the console; the next run finds them."));
  }

  async beginPilot() {
    /** @type {Pilot} */
    const pilot = await get(`${this.base}/pilot?first=${this.first}`);
    confirmRun(/** @type {Plan} */ (this.plan), { create: pilot.create, billed: pilot.billed, first: pilot.first });
  }

  /** @returns {void} */
  drawFoot() {
    const { plan } = this;
    if (!plan) return;
    if (plan.state !== "ready") {
      const [says, why] = /** @type {Record<string, string[]>} */ ({ planning: ["Nothing is changed by planning.", "Wait until it is planned"], failed: ["It was not planned.", "Plan again first"] })[plan.state]
        ?? (this.connecting ? ["Connecting.", "Wait until it is connected"] : app.target?.root ? ["Not planned yet."] : ["No target is chosen yet.", this.mode === "live" ? "Log in first" : "Choose a target first"]);
      if (!why) return foot(says, button("primary", "Plan", () => tend(this.make())));
      return foot(says, button("primary", "Continue to Run", () => {}, { why }));
    }
    const { counts } = plan;
    const billed = plan.by_state.filter((one) => one.billed).reduce((sum, one) => sum + one.rows, 0);
    const work = counts.create + counts.update;
    foot([h("b", `${count(counts.create)} to create`), h("span", ` below ${app.target?.root?.name ?? ""}, ${count(counts.exists + counts.differs)} already there${counts.update ? `, ${count(counts.update)} to update` : ""}${counts.collides ? `, ${count(counts.collides)} collide` : ""}${counts.deploy ? `; ${count(counts.deploy)} get automatic deployment` : ""}`)],
      counts.create > this.first && !plan.approved && button("", `Pilot: the first ${count(this.first)}`, () => tend(this.beginPilot()), { key: "begin-pilot" }),
      button("primary", "Continue to Run", () => confirmRun(plan, { create: counts.create, billed, first: null }), { key: "next", why: work === 0 ? "All exist already: nothing to do" : plan.stale ? plan.says + " Plan again first" : plan.differences.length ? "The approved plan no longer fits" : null }));
  }

  /**
   * @param {Row} row
   * @param {boolean} open
   */
  async fold(row, open) {
    /** @type {Rows} */
    await post(`${this.base}/fold`, { row: row.row, id: row.id, open });
    this.grid.window.renew();
  }

  /** @param {MouseEvent} event */
  twist(event) {
    if (!(event.target instanceof Element) || !event.target.closest(".twist")) return;
    const at = this.grid.at(event);
    const row = at && this.grid.window.row(at.position);
    if (row && row.open !== null) tend(this.fold(row, !row.open));
  }
}

/** @returns {import("./app.js").View} */
export const showPlan = () => {
  const planning = new Planning(/** @type {List} */ (app.list));
  tend(planning.show());
  return {
    close: () => { planning.off(); planning.take = planning.drawFoot = nothing; planning.grid.close(); over("plan", null); },
    key: (event) => stepKey(event, { find: planning.find.input, sent: () => tend(showSent(planning.of, planning.grid.row())) }),
  };
};
