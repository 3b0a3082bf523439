// Before the first request: the number is typed. Also what is said when somebody else is at work.
/** @import { Begun, Fault, LoginAsk, Plan, RunAsk, Target } from "../types.js" */
import { post, Refused } from "./api.js";
import { app, failed } from "./app.js";
import { button, count, enable, enc, h, many, TYPED } from "./dom.js";
import { dialog, ofList } from "./shell.js";

/** How often it is tried whether the other run has ended. */
const RETRY_MS = 3000;

/**
 * A field whose number must be typed before its button does anything. What is refused is said below it.
 * @param {string} label
 * @param {number} wanted
 * @param {string} look of the button
 * @param {string} verb
 * @param {(typed: string) => Promise<void>} go not twice at a time
 */
export const typedNumber = (label, wanted, look, verb, go) => {
  const input = h("input.typed", { inputmode: "numeric", autocomplete: "off", key: "typed" });
  const wrong = h("p.wrong", { role: "alert" });
  const right = () => input.value.replace(/[\s,.']/g, "") === String(wanted);
  let going = false;
  const press = async () => {
    if (!right()) {
      wrong.textContent = `To continue, type ${count(wanted)}.`;
      return input.focus();
    }
    if (going) return;
    going = true;
    try {
      await go(input.value);
    } catch (error) {
      if (error instanceof Refused && error.status && wrong.isConnected) wrong.textContent = error.fault.says;
      else failed(error);
    }
    going = false;
  };
  const doing = button(look, `${verb} ${count(wanted)}`, press);
  enable(doing, false);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") void press(); });
  input.addEventListener("input", () => {
    wrong.textContent = "";
    enable(doing, right());
  });
  return { field: [h("label.field", h("span", label), input), wrong], input, doing };
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
    button("", "Back to the plan", away), h("a.btn", { href: `#/runs/${enc(holder?.run ?? "")}/run`, click: away }, "Show that run"),
    button("danger", "Abandon it, and begin", () => { begin({ ...ask, give_up: true }, close).catch((refused) => { close(); failed(refused); }); }),
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
  const { close } = dialog("Another run holds the lock on this tenant", [h("p", holder?.says ?? refused.fault.says), h("p", "Two at once could create customers twice, so this one waits."), note], (away) => [
    button("", "Back to the plan", away),
    holder?.run ? h("a.btn", { href: `#/runs/${enc(holder.run)}/run`, click: away }, "Show that run") : null,
    button("primary", "Begin when it has ended", () => {
      note.textContent = "Waiting. This begins when that one has ended; keep this page open.";
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
  const typed = typedNumber("Type the number to continue", wanted, "primary", verb, async (text) => {
    const ask = { list: app.list?.list ?? "", revision: plan.revision, first: of.first, typed: text };
    try {
      await begin(ask, close);
    } catch (refused) {
      const code = refused instanceof Refused && refused.fault.code;
      if (code !== "locked" && code !== "unfinished") throw refused;
      close();
      if (code === "locked") held(/** @type {Refused} */ (refused), ask);
      else before(/** @type {Refused} */ (refused).fault, ask);
    }
  });
  const { close } = dialog(`${verb} ${many(wanted, "customer")} ${live ? "for real" : "in the sandbox"}?`, [
    h("p", "Below ", h("b", where), live ? " in the real service. " : ", a stand-in on this computer. ", live && of.billed ? h("b", `${many(of.billed, "customer")} InProduction, billed from today.`) : live ? "None of them is billed yet." : ""),
    typed.field,
  ], (away) => [button("", "Back to the plan", away), typed.doing]);
  typed.input.focus();
};
