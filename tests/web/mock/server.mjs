// A stand-in for the process behind the page, for tests: the API of src/gui/api.md over generated lists.
//   node tests/web/mock/server.mjs     serves it and prints the launch link
import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { companies, hostile, large, wreck } from "./lists.mjs";
import { fault, World } from "./world.mjs";

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const PAGE = at("src/gui/page/");
const SHARED = at("crates/engine/src/report/html/base.css");
const FILES = [...readdirSync(PAGE).map((name) => [name, PAGE + name]), ["base.css", SHARED]];
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml" };
const SHIELD = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
};
const MADE = { "companies.xlsx": companies, "large.csv": large, "wreck.xlsx": wreck, "hostile.csv": hostile };

/**
 * A script or style sheet as it is sent: without the lines that are only comments, without the types that
 * stand within lines, and without indentation. A style sheet also without the spaces that mean nothing.
 */
export const sent = (name, text) => {
  if (extname(name) !== ".js" && extname(name) !== ".css") return text;
  let within = false;
  const lines = text.split("\n").map((line) => {
    const bare = line.trim();
    if (within || bare.startsWith("/*")) {
      within = !bare.includes("*/");
      if (!within && bare.indexOf("*/") < bare.length - 2) return bare.slice(bare.indexOf("*/") + 2);
      return "";
    }
    return bare.startsWith("//") ? "" : bare.replace(/\/\*\* @[^*]*\*\/ ?/g, "");
  }).filter(Boolean).join("\n");
  return extname(name) === ".css" ? lines.replace(/\s*([{};,])\s*/g, "$1").replaceAll(": ", ":").replaceAll(";}", "}") : lines;
};
export const shell = () => new Map(FILES.map(([name, path]) => [name, sent(name, readFileSync(path, "utf8"))]));

const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
};

const page = (all, query, show) => {
  const from = Number(query.get("from"));
  return { total: all.length, from, rows: all.slice(from, from + Math.min(500, Number(query.get("count")))).map(show) };
};

/** Finding and placing in any view: `texts(position)` are the cells, or null where there are none. */
const find = (total, query, texts, number) => {
  const text = query.get("text").toLowerCase();
  const back = query.get("back") === "1";
  const hits = [];
  for (let position = 0; position < total; position += 1) for (const [column, cell] of texts(position).entries()) if (cell.toLowerCase().includes(text)) hits.push([position, column]);
  const [from, column] = [Number(query.get("from")), Number(query.get("column"))];
  if (hits.length === 0) return { position: null, column: 0, row: 0, index: 0, total: 0 };
  const after = (hit) => hit[0] > from || (hit[0] === from && hit[1] > column);
  let at = back ? hits.findLastIndex((hit) => hit[0] < from || (hit[0] === from && hit[1] < column)) : hits.findIndex(after);
  if (at < 0) at = back ? hits.length - 1 : 0;
  return { position: hits[at][0], column: hits[at][1], row: number(hits[at][0]), index: at, total: hits.length };
};

const listRoute = async (world, method, parts, query, read) => {
  const list = world.list(parts[0]);
  const what = parts.slice(1).join("/");
  const view = () => list.view(query.get("view"));
  const at = (indexes, position) => list.row(indexes === null ? position : indexes[position]);
  if (method === "DELETE") { world.lists.delete(list.id); return null; }
  if (method === "POST") {
    const ask = await read();
    if (what === "draft") return {};
    if (what === "mends") return list.mend(ask);
    if (what === "plan") return world.plan(list, ask);
    if (what === "plan/approved") {
      if (ask.text !== null && !ask.text.startsWith("{")) throw fault(422, "value", "That cannot be done", "The file is no plan.");
      list.approved = ask.text;
      return world.plan(list, { update: false, of_run: null });
    }
    if (what === "plan/fold") {
      list.folded[ask.open ? "delete" : "add"](`${ask.row} ${ask.row ? "" : ask.id}`);
      return { revision: list.revision, total: world.planRows(list, "all").length, from: 0, rows: [] };
    }
    if (what === "constants") list.constants = [...list.constants.filter((one) => one.field !== ask.field), ...(ask.value ? [ask] : [])];
    else if (what === "columns") Object.assign(list.columns[ask.column], { field: ask.field, asks: false, filters: false, how: "you chose it" });
    else if (what === "values") {
      list.valuesOut.set(ask.column, ask.out);
      list.valuesTo.set(ask.column, ask.to);
      list.columns[ask.column].filters = ask.out.length > 0;
    } else if (what === "answers") list.answers[ask.question] = { choice: ask.choice, means: ask.means };
    else if (what === "understood") {
      Object.assign(list.understood, ask);
      const sheet = list.understood.sheets.find((one) => one.name === list.understood.sheet);
      list.state = sheet && sheet.rows === 0 ? "empty" : "ready";
      if (list.state === "empty") Object.assign(list, { title: `No customers in the sheet “${sheet.name}”`, says: "It has some lines of text and no header." });
    }
    list.cache.clear();
    for (const column of list.columns) if (column.header === "Contract" && list.answers.State) column.asks = false;
    if (!list.questions().some((one) => one.answer === null || one.open > 0) && list.reached === "list") list.reached = "problems";
    return list.changed("Kept.");
  }
  if (what === "") return list.body();
  if (what === "rows") {
    const indexes = view();
    const from = Number(query.get("from"));
    const total = indexes === null ? list.made.count : indexes.length;
    const rows = [];
    for (let position = from; position < Math.min(total, from + Number(query.get("count"))); position += 1) rows.push(list.shown(at(indexes, position)));
    return { revision: list.revision, total, from, rows };
  }
  if (what === "find") { const indexes = view(); return find(indexes === null ? list.made.count : indexes.length, query, (position) => at(indexes, position).cells, (position) => at(indexes, position).row); }
  if (what === "position") {
    const indexes = view();
    const index = list.indexOf(Number(query.get("row")));
    const position = indexes === null ? index : indexes.indexOf(index);
    return { position: position < 0 ? null : position, column: 0, row: Number(query.get("row")), index: 0, total: 1 };
  }
  if (what === "problems") return list.problems();
  if (what === "problems/next") return list.next(Number(query.get("row")), Number(query.get("column")), query.get("back") === "1");
  if (what === "cell") return list.cell(Number(query.get("row")), Number(query.get("column")));
  if (what === "values") return list.values(Number(query.get("column")));
  if (what === "row") return list.sent(Number(query.get("row")));
  if (what === "plan") return list.plan ?? { state: "none", revision: 0, title: "", says: "", update: false, of_run: null, counts: { all: 0, create: 0, exists: 0, update: 0, differs: 0, collides: 0, not_sent: 0 }, by_state: [], by_level: [], seconds: 0, rate: "5/s", stale: false, approved: null, differences: [] };
  if (what === "plan/pilot") return world.pilot(list, Number(query.get("first")));
  if (what === "plan/rows") return { revision: list.revision, ...page(world.planRows(list, query.get("view")), query, (row) => row) };
  if (what === "plan/find") { const rows = world.planRows(list, query.get("view")); return find(rows.length, query, (position) => rows[position].cells, (position) => rows[position].row); }
  if (what.startsWith("files/")) return Buffer.from(`${what} of ${list.name}`);
  throw fault(404, "not_found", "No such address", what);
};

const runRoute = async (world, method, parts, query, read) => {
  const run = world.runs.get(parts[0]);
  if (!run) throw fault(404, "not_found", "No such run", parts[0]);
  const what = parts.slice(1).join("/");
  if (method === "POST") {
    const ask = await read();
    return what === "do" ? world.act(run, ask.action, ask.login) : world.undo(run, ask.typed);
  }
  if (what === "") {
    const list = world.lists.get(run.list);
    const need = new Set(world.runRows(run, "need").map((one) => one.row));
    run.mended = list ? [...list.edits].filter(([row, edits]) => need.has(row) && run.was?.get(row) !== JSON.stringify([...edits])).length : 0;
    return world.runBody(run);
  }
  if (what === "row") return world.lists.get(run.list).sent(Number(query.get("row")));
  const rows = () => world.runRows(run, query.get("view"));
  if (what === "rows") return { revision: run.revision, ...page(rows(), query, (one) => world.runRow(run, one)) };
  if (what === "find") { const all = rows(); return find(all.length, query, (position) => world.runRow(run, all[position]).cells, (position) => all[position].row); }
  if (what.startsWith("files/")) return Buffer.from(`${what} of ${run.name}`);
  throw fault(404, "not_found", "No such address", what);
};

const connect = (world, ask) => {
  if (ask.mode === "live" && world.denied) throw fault(422, "login", "Unknown partner, user or bad password (2100).", "Mostly it is the partner: the whole name is needed, with the address in brackets.");
  if (ask.mode === "live") Object.assign(world.target, { mode: "live", real: true, endpoint: ask.endpoint, partner: ask.partner, user: ask.user, password: true, root: { name: ask.partner.replace(/ \(.*/, ""), id: 50121, user: ask.user } });
  else Object.assign(world.target, { mode: "sandbox", real: false, root: { name: "Sandbox MSP", id: 1000, user: "api" } });
  world.emit("target", "target", () => world.target);
  return world.target;
};

const uploaded = async (world, query, read) => {
  const name = query.get("name");
  const bytes = await read();
  const ending = extname(name).toLowerCase();
  if (!world.start().accepts.includes(ending)) throw fault(422, "refused", "Not read", "It is no table. Save it as XLSX or CSV and bring that.");
  const list = world.add(name, (MADE[name] ?? companies)());
  list.state = "reading";
  const steps = world.reading ?? 2;
  for (let step = 1; step <= steps; step += 1) setTimeout(() => {
    list.rows_read = Math.round((list.made.count * step) / steps);
    if (step === steps) list.state = bytes.length === 0 ? "empty" : "ready";
    if (list.state === "empty") Object.assign(list, { title: "There is nothing in this file", says: "It has no bytes at all." });
    list.changed("");
  }, step * 40);
  return { list: list.id };
};

/** @param {{ world?: World, lists?: string[], port?: number }} [options] */
export const startMock = async ({ world = new World(), lists = [], port = 0 } = {}) => {
  for (const name of lists) world.add(name, (MADE[name] ?? companies)());
  const files = shell();
  const token = randomBytes(32).toString("base64url");
  let secret = randomBytes(32).toString("base64url");
  let tries = 3;
  const log = [];
  const same = (a, b) => a?.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

  const events = (request, response, after) => {
    response.writeHead(200, { ...SHIELD, "Content-Type": "text/event-stream" });
    const send = (seq, event, data) => response.write(`id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    response.write(": here\n\n");
    for (const { seq, event, data } of [...world.subjects.values()].sort((a, b) => a.seq - b.seq)) if (seq > after) send(seq, event, data());
    world.streams.add(send);
    const beat = setInterval(() => response.write(": beat\n\n"), 15_000);
    response.on("close", () => { clearInterval(beat); world.streams.delete(send); });
  };

  const api = async (request, url) => {
    const parts = url.pathname.split("/").slice(2).map(decodeURIComponent);
    const read = async () => {
      const type = request.headers["content-type"];
      const upload = url.pathname === "/api/lists";
      if (request.headers.origin !== address) throw fault(403, "session", "Not from here", "Another origin.");
      if (type !== (upload ? "application/octet-stream" : "application/json")) throw fault(415, "value", "Not so", "Another content type is wanted.");
      const bytes = await body(request);
      return upload ? bytes : JSON.parse(bytes);
    };
    const { method } = request;
    if (method === "OPTIONS") throw fault(405, "value", "Not so", "");
    if (parts[0] === "session") {
      const ask = await read();
      if (tries <= 0 || !same(ask.token, token)) { tries -= 1; throw fault(403, "token", "That link was used already", "Start the program again."); }
      tries = 0;
      return { secret, version: "0.0.0" };
    }
    if (!same(request.headers["x-partner-import"], secret)) throw fault(401, "session", "Not this process", "Start the program again.");
    if (world.delay) await new Promise((done) => { setTimeout(done, world.delay); });
    if (parts[0] === "start") return world.start();
    if (parts[0] === "template") return Buffer.from("workbook");
    if (parts[0] === "target") return method === "POST" ? connect(world, await read()) : world.target;
    if (parts[0] === "lists") return parts.length === 1 ? uploaded(world, url.searchParams, read) : listRoute(world, method, parts.slice(1), url.searchParams, read);
    if (parts[0] === "runs") return parts.length === 1 ? world.begin(await read()) : runRoute(world, method, parts.slice(1), url.searchParams, read);
    throw fault(404, "not_found", "No such address", url.pathname);
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    log.push(`${request.method} ${request.url}`);
    try {
      if (url.pathname === "/events") {
        if (!same(request.headers["x-partner-import"], secret)) throw fault(401, "session", "Not this process", "");
        return events(request, response, Number(url.searchParams.get("after")));
      }
      if (url.pathname.startsWith("/api/")) {
        const answer = await api(request, url);
        if (world.dropAnswer && url.pathname.endsWith("/mends")) {
          world.dropAnswer = false;
          return void request.socket.destroy();
        }
        if (Buffer.isBuffer(answer)) response.writeHead(200, { ...SHIELD, "Content-Type": "application/octet-stream" }).end(answer);
        else response.writeHead(answer === null ? 204 : 200, { ...SHIELD, "Content-Type": "application/json" }).end(answer === null ? undefined : JSON.stringify(answer));
        return;
      }
      const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
      if (!files.has(name)) throw fault(404, "not_found", "No such file", name);
      response.writeHead(200, { ...SHIELD, "Content-Type": TYPES[extname(name)] }).end(files.get(name));
    } catch (error) {
      if (!error.status) console.error(error);
      if (!response.headersSent) response.writeHead(error.status ?? 500, { ...SHIELD, "Content-Type": "application/json" });
      response.end(JSON.stringify(error.body ?? { error: { code: "failed", title: "The stand-in failed", says: String(error), field: null, holder: null } }));
    }
  });
  await new Promise((done) => { server.listen(port, "127.0.0.1", done); });
  const address = `http://127.0.0.1:${server.address().port}`;
  return {
    world, address, token, log, link: `${address}/#${token}`, lists: [...world.lists.keys()],
    /** Ends the streams of events, as a network does that breaks off. */
    cut: () => { server.closeAllConnections(); },
    /** Another process on the same port: nothing of the one before counts. */
    replace: () => { secret = randomBytes(32).toString("base64url"); server.closeAllConnections(); },
    close: () => new Promise((done) => { for (const run of world.runs.values()) clearInterval(run.timer); server.close(done); server.closeAllConnections(); }),
  };
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const mock = await startMock({ lists: ["companies.xlsx", "large.csv", "wreck.xlsx", "hostile.csv"], port: Number(process.env.PORT ?? 0) });
  console.log(mock.link);
}
