// Before the first request: the number is typed. Also what is said when somebody else is at work.
/** @import { Begun, Fault, LoginAsk, Plan, RunAsk, Target } from "../types.js" */
import { post, Refused } from "./api.js";
import { app, failed } from "./app.js";
import { button, count, enable, enc, h, many, TYPED } from "./dom.js";
import { dialog, ofList } from "./shell.js";

/** How often it is tried whether the other run has ended. */
const RETRY_MS = 3000;

/**
 * A field whose number must be typed before its button does anything.
 * @param {string} label
 * @param {number} wanted
 * @param {(typed: string) => void} enough
 */
export const typedNumber = (label, wanted, enough) => {
  const input = h("input.typed", { inputmode: "numeric", autocomplete: "off", key: "typed" });
  const right = () => input.value.replace(/[\s,.']/g, "") === String(wanted);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter" && right()) enough(input.value); });
  return { field: h("label.field", h("span", label), input), input, right };
};

/**
 * Where a password is typed. It leaves the page with the request, and stays nowhere in it.
 * @param {Target} target
 * @param {string} denied why it was refused before
 * @param {boolean} whole whether it is also asked where to
 * @param {(typed: { endpoint: string, partner: string, user: string, password: string, keep: boolean }) => void} go
 */
export const loginForm = (target, denied, whole, go) => {
  const field = (/** @type {string} */ label, /** @type {string} */ name, /** @type {string} */ value, /** @type {import("./dom.js").Props} */ more = {}) => h("label.field", h("span", label), h("input", { name, value, ...TYPED, key: "login-" + name, "aria-invalid": denied ? "true" : false, ...more }));
  const form = h("form.stack", { id: "login", submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const { endpoint, partner, user, password, keep } = /** @type {any} */ (Object.fromEntries(new FormData(form)));
    /** @type {HTMLInputElement} */ (form.querySelector('[name="password"]')).value = "";
    go({ endpoint, partner, user, password, keep: keep === "on" });
  } },
  denied && h("div.box.bad", { role: "alert" }, h("p", denied)),
  whole && field("Partner, exactly as the console shows it", "partner", target.partner), field("User", "user", target.user),
  field("Password (the API user's token)", "password", "", { type: "password", placeholder: target.password ? "the program has one" : "", autocomplete: "new-password" }),
  target.keyring !== null && h("label.tickbox", h("input", { type: "checkbox", name: "keep" }), h("span", `Keep it in the ${target.keyring}`)),
  whole && field("Service", "endpoint", target.endpoint));
  return form;
};

/**
 * @param {Fault["error"]} fault
 * @param {Target} target
 * @param {(login: LoginAsk) => void} go
 */
export const askLogin = (fault, target, go) => {
  const form = loginForm(target, "", false, ({ user, password, keep }) => {
    close();
    go({ user, password, keep });
  });
  const { close } = dialog(fault.title, [h("p", fault.says), form], (away) => [button("", "Not now", away), h("button.btn.primary", { type: "submit", form: "login" }, "Log in and continue")]);
};

/** @param {RunAsk} ask @param {() => void} begun */
const begin = async (ask, begun) => {
  /** @type {Begun} */
  const run = await post("/api/runs", ask);
  begun();
  if (app.list) app.list.run = run.run;
  location.hash = `${ofList(app.list)?.base ?? "#/runs/" + enc(run.run)}/run`;
};

/**
 * An earlier run of the list is not finished: it is, or it is given up.
 * @param {Fault["error"]} fault
 * @param {RunAsk} ask
 */
const before = ({ title, says, holder }, ask) => {
  const { close } = dialog(title, h("p", says), (away) => [
    button("", "Back to the plan", away), h("a.btn", { href: `#/runs/${enc(holder?.run ?? "")}/run`, click: away }, "Look at that run"),
    button("danger", "Give it up, and begin", () => { begin({ ...ask, give_up: true }, close).catch((refused) => { close(); failed(refused); }); }),
  ]);
};

/**
 * @param {Refused} refused
 * @param {RunAsk} ask
 */
const held = (refused, ask) => {
  const { holder } = refused.fault;
  let timer = 0;
  const note = h("p.quiet", { role: "status" });
  const { close } = dialog("Another run is at work on this tenant", [h("p", holder?.says ?? refused.fault.says), h("p", "Two at once could create somebody twice. So this one waits."), note], (away) => [
    button("", "Back to the plan", away),
    holder?.run ? h("a.btn", { href: `#/runs/${enc(holder.run)}/run`, click: away }, "Look at that run") : null,
    button("primary", "Begin when it has ended", () => {
      note.textContent = "Waiting. This begins as soon as that one has ended; keep this page open.";
      clearInterval(timer);
      timer = window.setInterval(() => begin(ask, close).catch((error) => { if (!(error instanceof Refused) || error.fault.code !== "locked") { close(); failed(error); } }), RETRY_MS);
    }),
  ], () => clearInterval(timer));
};

/**
 * @param {Plan} plan
 * @param {{ create: number, billed: number, first: number | null }} of nothing to create: something to change
 */
export const confirmRun = (plan, of) => {
  const live = app.target?.real === true;
  const wanted = of.create || plan.counts.update;
  const verb = of.create ? "Create" : "Change";
  const where = app.target?.root?.name ?? "the sandbox";
  const typed = typedNumber("Type the number to go on", wanted, () => go());
  const error = h("p.wrong", { role: "alert" });
  const ask = () => ({ list: app.list?.list ?? "", revision: plan.revision, first: of.first, typed: typed.input.value });
  const go = () => {
    if (!typed.right()) {
      error.textContent = `To go on, type ${count(wanted)}.`;
      return typed.input.focus();
    }
    begin(ask(), close).catch((refused) => {
      if (refused instanceof Refused && refused.fault.code === "locked") { close(); held(refused, ask()); }
      else if (refused instanceof Refused && refused.fault.code === "unfinished") { close(); before(refused.fault, ask()); }
      else if (refused instanceof Refused && refused.status && error.isConnected) error.textContent = refused.fault.says;
      else failed(refused);
    });
  };
  const doing = button("primary", `${verb} ${count(wanted)}`, go);
  enable(doing, false);
  typed.input.addEventListener("input", () => {
    error.textContent = "";
    enable(doing, typed.right());
  });
  const { close } = dialog(`${verb} ${many(wanted, "customer")} ${live ? "for real" : "in the sandbox"}?`, [
    h("p", "Below ", h("b", where), live ? " in the real service. " : ", a stand-in on this computer. ", live && of.billed ? h("b", `${many(of.billed, "customer")} InProduction, billed from today.`) : live ? "None of them is billed yet." : ""),
    typed.field, error,
  ], (away) => [button("", "Back to the plan", away), doing]);
  typed.input.focus();
};
