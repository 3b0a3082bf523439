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
/** Edits the city of one row after the other as one types it, and watches the page itself. */
await page.evaluate((hash) => { location.hash = hash; }, `#/lists/${lists}/problems`);
await page.waitForSelector(".panel .group");
await page.evaluate(() => {
  const mended = () => [...document.querySelectorAll(".tabs button")].find((one) => one.textContent?.startsWith("Fixed"))?.textContent ?? "";
  const times = { begun: 0, kept: 0, shown: 0, mended: "" };
  Object.assign(window, { times });
  addEventListener("keydown", (event) => { if (event.key === "Enter") Object.assign(times, { begun: performance.now(), kept: 0, shown: 0, mended: mended() }); }, true);
  new MutationObserver(() => {
    if (!times.kept && document.querySelector("#foot")?.textContent?.includes("Saved")) times.kept = performance.now();
    if (!times.shown && mended() !== times.mended) times.shown = performance.now();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
});
const city = await page.evaluate(() => [...document.querySelectorAll(".grid thead th")].findIndex((one) => one.textContent === "City"));
await page.locator(".grid tbody tr").nth(2).locator("td, th").nth(city).click();
/** How long each took: until the page said that it is kept, and until it showed the new counts. */
const edits = async (count, text) => {
  const all = [];
  for (let at = 0; at < count; at += 1) {
    await page.keyboard.type(text + at);
    await page.evaluate(() => { const note = document.querySelector("#foot p"); if (note) note.textContent = ""; });
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.times.kept && window.times.shown);
    all.push(await page.evaluate(() => [window.times.kept - window.times.begun, window.times.shown - window.times.begun]));
    await page.waitForTimeout(100);
  }
  return [0, 1].map((at) => median(all.map((one) => one[at])));
};
const [edit, whole] = await edits(15, "Weimar ");
console.log(`an edit, until the page says it is kept: ${edit.toFixed(0)} ms, ${(edit / check).toFixed(2)} of check`);
console.log(`until the page shows its counts: ${whole.toFixed(0)} ms, ${(whole / check).toFixed(2)} of check`);
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
