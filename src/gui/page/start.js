// The first page: what is unfinished, where a list is dropped, what was done lately.
/** @import { ListCard, Made, RunCard, Start } from "../types.js" */
import { download, get, listen, Refused, upload } from "./api.js";
import { app, tend } from "./app.js";
import { button, count, enc, fill, h, hidden, icon, when } from "./dom.js";
import { goOn } from "./running.js";
import { dropping, fileInput, foot, partsOf, place, shares, showSteps } from "./shell.js";

/** @param {RunCard} run */
const placeOf = (run) => run.list ? `#/lists/${enc(run.list)}/run` : `#/runs/${enc(run.run)}/run`;

/** @param {RunCard} run */
const unfinished = (run) => {
  const { counts } = run;
  const live = !["killed", "stopped"].includes(run.state);
  return h("section.card", { label: `${live ? "Under way" : "Not finished"}: ${run.name}` },
    h("div", h("h2", live ? "Under way: " : "Not finished: ", h("bdi", run.name)), h("p.quiet", run.says)),
    h("div.line", live
      ? h("a.btn.primary", { href: placeOf(run) }, "Watch it")
      : [h("a.btn", { href: placeOf(run) }, "Look first"), button("primary", "Continue the run", () => tend(goOn(run.run, () => { location.hash = placeOf(run); })))]),
    shares(partsOf(counts), counts.rows));
};

const MARKS = { ok: ["ok", "created"], warning: ["warn", "warning"], error: ["err", "error"], pending: ["wait", "pending"] };
/** @param {ListCard} card */
const recent = (card) => {
  const [symbol, look] = MARKS[card.state];
  const to = card.list ? `#/lists/${enc(card.list)}/${card.step}` : `#/runs/${enc(card.run ?? "")}/${card.step}`;
  return h("tr", h("th", { scope: "row" }, h("bdi", card.name)), h("td.num.opt", count(card.rows)),
    h("td", h(`span.st.${look}`, icon(symbol), h("span", card.says))), h("td.opt.quiet", card.target ?? "none yet"), h("td.opt.quiet", when(card.at)),
    h("td.num", h("a.go", { href: to }, card.state === "ok" ? "Look" : "Continue", hidden(` ${card.name}`))));
};

/** @param {File} file @param {Element} box */
const bring = async (file, box) => {
  fill(box, h("div.box", { role: "status" }, h("b", `Taking ${file.name}`), h("progress", { label: "Taking the file" })));
  try {
    /** @type {Made} */
    const made = await upload(`/api/lists?name=${enc(file.name)}`, file);
    location.hash = `#/lists/${enc(made.list)}/list`;
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 0) throw error;
    fill(box, h("div.box.bad", { role: "alert" }, h("b.st", icon(error.fault.code === "refused" ? "no" : "warn"), h("span", h("bdi", file.name), " was not read")), h("p", error.fault.says)));
  }
};

/** @param {string[]} accepts @param {string[]} exports */
const dropZone = (accepts, exports) => {
  const answer = h("div.answer");
  const take = (/** @type {File} */ file) => tend(bring(file, answer));
  const input = fileInput(accepts.join(","), take);
  const names = exports.length > 1 ? `Exports from ${exports.slice(0, 4).join(", ")} and others are known.` : "";
  const zone = h("div.drop", icon("sheet", "sheet"),
    h("div", h("h2", "Drop your list here"), h("p", `Excel, OpenDocument, CSV or TSV. ${names}`)),
    button("", "Choose a file", () => input.click(), { key: "choose" }), input);
  return { parts: [answer, zone], close: dropping(zone, take) };
};

/** @returns {import("./app.js").View} */
export const showStart = () => {
  app.list = null;
  showSteps(null, null);
  foot();
  const open = h("div");
  const lately = h("div");
  const drop = h("div");
  /** @type {ReturnType<typeof dropZone> | null} */
  let zone = null;
  let left = false;
  place(h("div.start", h("h1", "Import customers into Cove"),
    h("p.sub", "Bring the list as it is and fix it here. Nothing is created until you have seen the plan and typed how many."),
    open, drop, h("ul.trust", h("li", icon("lock"), "Stays on this computer"), h("li", icon("file"), "Your own file is never changed"), h("li", icon("box"), "The sandbox is there to try it"),
      h("li", button("link", "No list yet? Take an empty workbook", () => tend(download("/api/template", "customers.xlsx"))))), lately));
  const load = async () => {
    /** @type {Start} */
    const start = await get("/api/start");
    if (left) return;
    app.version = start.version;
    fill(open, start.unfinished.map(unfinished));
    if (!zone) fill(drop, (zone = dropZone(start.accepts, start.exports)).parts);
    fill(lately, start.recent.length > 0 && [h("h2", { id: "recent" }, "Recent lists"), h("div.frame", h("table.plain.rows", { "aria-labelledby": "recent" },
      h("thead", h("tr", [["List"], ["Rows", "num opt"], ["Status"], ["Target", "opt"], ["Last", "opt"], [hidden("Continue")]].map(([title, look = null]) => h("th", { scope: "col", class: look }, title)))),
      h("tbody", start.recent.map(recent))))]);
  };
  tend(load());
  const off = listen("start", () => tend(load()));
  return { close: () => { left = true; off(); zone?.close(); } };
};
