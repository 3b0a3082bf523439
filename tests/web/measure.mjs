// Measures the page over the program itself, as ratios within one run: by hand, not in CI.
//   PROGRAM=target/release/partner-import node tests/web/measure.mjs
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = resolve(process.env.PROGRAM ?? "target/release/partner-import");
const [ROWS, COLUMNS] = [Number(process.env.ROWS ?? 100_000), 20];
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const place = mkdtempSync(join(tmpdir(), "measure-"));
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const times = async (count, use) => { const all = []; for (let at = 0; at < count; at += 1) { const begun = performance.now(); await use(at); all.push(performance.now() - begun); } return median(all); };

const fields = ["Name", "ExternalCode", "Country", "City", "Level", "State", "ZipCode", "Address", "PhoneNumber", "WebsiteAddress", "VatNumber"];
const header = [...fields, ...Array.from({ length: COLUMNS - fields.length }, (_, at) => `Extra ${at + 1}`)];
const line = (at) => [`Company ${at}`, `C-${at}`, at % 500 === 499 ? "Germny" : "DE", "Jena", "EndCustomer", "InTrial", "07743", `Street ${at}`, `+49 3641 ${100000 + at}`, `c${at}.example`, "", ...Array.from({ length: COLUMNS - fields.length }, (_, column) => `v${at}.${column}`)].join(",");
writeFileSync(join(place, "large.csv"), [header.join(","), ...Array.from({ length: ROWS }, (_, at) => line(at + 1))].join("\n") + "\n");
writeFileSync(join(place, "one.csv"), [header.join(","), line(1)].join("\n") + "\n");

const start = async (file) => {
  const child = spawn(PROGRAM, ["gui", file, "--no-open", "--state-dir", mkdtempSync(join(place, "state-"))], { cwd: place, stdio: ["ignore", "pipe", "ignore"] });
  const link = await new Promise((done) => { let out = ""; child.stdout.on("data", (part) => { out += part; if (out.includes("\n")) done(out.trim()); }); });
  return { link, end: () => child.kill("SIGKILL") };
};
const browser = await chromium.launch({ executablePath: browsers.find((path) => path && existsSync(path)), args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"] });
const shows = async (file) => {
  const page = await browser.newPage();
  const world = await start(file);
  await page.goto(world.link);
  await page.waitForSelector(".map tbody td");
  return { page, ...world };
};
const check = await times(5, () => spawnSync(PROGRAM, ["check", "large.csv"], { cwd: place }));
const small = await times(5, async () => { const { page, end } = await shows("one.csv"); end(); await page.close(); });
const large = await times(5, async () => { const { page, end } = await shows("large.csv"); end(); await page.close(); });
console.log(`check of ${ROWS} rows × ${COLUMNS} columns: ${check.toFixed(0)} ms`);
console.log(`from the command to the first rows: ${large.toFixed(0)} ms, of one row ${small.toFixed(0)} ms: ${(large / (check + small)).toFixed(2)} of check and an empty page`);

const { page, end } = await shows("large.csv");
const lists = await page.evaluate(() => location.hash.split("/")[2]);
const ask = (path, body) => page.evaluate(async ({ path, body }) => {
  const answer = await fetch(path, { method: body ? "POST" : "GET", mode: "cors", credentials: "omit", headers: { "X-Partner-Import": sessionStorage.getItem("partner-import"), ...(body ? { "Content-Type": "application/json" } : {}) }, body: body ? JSON.stringify(body) : undefined });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}, { path, body });
const base = `/api/lists/${lists}`;
const settled = async () => { while ((await ask(base)).checking) await new Promise((done) => { setTimeout(done, 5); }); };
await settled();
/** Edits a cell and waits for the check after it, in the page itself; how long each took. */
const edits = (count) => page.evaluate(async ({ base, count, row }) => {
  const headers = { "X-Partner-Import": sessionStorage.getItem("partner-import"), "Content-Type": "application/json" };
  const ask = async (path, body) => (await fetch(path, { method: body ? "POST" : "GET", mode: "cors", credentials: "omit", headers, body: body && JSON.stringify(body) })).json();
  const all = [];
  for (let at = 0; at < count; at += 1) {
    const from = (await ask(`${base}/cell?row=${row}&column=3`)).value;
    const begun = performance.now();
    await ask(`${base}/mends`, { kind: "cells", key: `m${at}-${Date.now()}`, cells: [{ row, column: 3, from, to: `Weimar ${Date.now()}` }] });
    const kept = performance.now() - begun;
    while ((await ask(base)).checking);
    all.push([kept, performance.now() - begun]);
  }
  return all;
}, { base, count, row: ROWS / 2 });
const edited = await edits(15);
const [edit, whole] = [0, 1].map((at) => median(edited.map((one) => one[at])));
console.log(`an edit, kept on the disk and its row checked: ${edit.toFixed(0)} ms, ${(edit / check).toFixed(2)} of check`);
console.log(`until the check after it is over: ${whole.toFixed(0)} ms, ${(whole / check).toFixed(2)} of check`);
const find = await times(5, () => ask(`${base}/find?view=all&text=Company%20${ROWS - 3}&from=0&column=-1&back=0`));
const rows = await times(9, (at) => ask(`${base}/rows?view=in&from=${at * 9000}&count=100`));
console.log(`a window of 100 rows: ${rows.toFixed(0)} ms; finding a text in the last rows: ${find.toFixed(0)} ms`);
const session = await page.context().newCDPSession(page);
await session.send("HeapProfiler.collectGarbage");
for (let step = 0; step <= 200; step += 1) { await page.evaluate((at) => { const box = document.querySelector(".gridbox"); box.scrollTop = (box.scrollHeight * at) / 200; }, step); await page.waitForTimeout(20); }
await session.send("HeapProfiler.collectGarbage");
console.log(`heap of the page after scrolling from end to end: ${((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6).toFixed(1)} MB`);
end();
await browser.close();
rmSync(place, { recursive: true, force: true, maxRetries: 5 });
