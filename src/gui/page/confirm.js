// Before the first request: the number is typed. Also what is said when somebody else is at work.
/** @import { Begun, Plan, RunAsk } from "../types.js" */
import { post, Refused } from "./api.js";
import { app, failed } from "./app.js";
import { button, count, enable, enc, h, many } from "./dom.js";
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
  const input = h("input", { class: "typed", inputmode: "numeric", autocomplete: "off", key: "typed" });
  const right = () => input.value.replace(/[\s,.']/g, "") === String(wanted);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter" && right()) enough(input.value); });
  return { field: h("label", "field", h("span", "", label), input), input, right };
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
 * @param {Refused} refused
 * @param {RunAsk} ask
 */
const held = (refused, ask) => {
  const { holder } = refused.fault;
  let timer = 0;
  const note = h("p", { class: "quiet", role: "status" });
  const { close } = dialog("Another run is at work on this tenant", [h("p", "", holder?.says ?? refused.fault.says), h("p", "", "Two at once could create somebody twice. So this one waits."), note], (away) => [
    button("", "Back to the plan", away),
    holder?.run ? h("a", { class: "btn", href: `#/runs/${enc(holder.run)}/run`, click: away }, "Look at that run") : null,
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
  const live = app.target?.mode === "live";
  const wanted = of.create || plan.counts.update;
  const verb = of.create ? "Create" : "Change";
  const where = app.target?.root?.name ?? "the sandbox";
  const typed = typedNumber("Type the number to go on", wanted, () => go());
  const error = h("p", { class: "wrong", role: "alert" });
  const ask = () => ({ list: app.list?.list ?? "", revision: plan.revision, first: of.first, typed: typed.input.value });
  const go = () => {
    if (!typed.right()) {
      error.textContent = `To go on, type ${count(wanted)}.`;
      return typed.input.focus();
    }
    begin(ask(), close).catch((refused) => {
      if (refused instanceof Refused && refused.fault.code === "locked") { close(); held(refused, ask()); }
      else if (refused instanceof Refused && refused.status) error.textContent = refused.fault.says;
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
    h("p", "", "Below ", h("b", "", where), live ? " in the real service. " : ", a stand-in on this computer. ", live && of.billed ? h("b", "", `${many(of.billed, "customer")} InProduction, billed from today.`) : live ? "None of them is billed yet." : ""),
    typed.field, error,
  ], (away) => [button("", "Back to the plan", away), doing]);
  typed.input.focus();
};
