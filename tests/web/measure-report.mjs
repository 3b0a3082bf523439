// Measures reports of several lengths in the browser, each opened five times: by hand, not in CI.
//   PROGRAM=target/release/partner-import node tests/web/measure-report.mjs
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { BIG, Maker } from "./make.mjs";

const PROGRAM = process.env.PROGRAM ?? "target/release/partner-import";
const ROUNDS = 5;
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const place = mkdtempSync(join(tmpdir(), "measure-report-"));
const maker = new Maker(PROGRAM, place);
const reports = [[14, maker.picture()], [2_000, maker.big("middle", 2_000)], [BIG, maker.big()]];
const browser = await chromium.launch({
  executablePath: browsers.find((path) => path && existsSync(path)),
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"],
});

/** One opening: what a person waits for in ms, and what the page's script keeps in MB. */
const opened = async (report) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(pathToFileURL(report).href);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  const ready = await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
  await page.click("#reset");
  const search = await page.evaluate(() => new Promise((done) => {
    const shown = document.getElementById("shown");
    const [box, before, began] = [document.getElementById("search"), shown.textContent, performance.now()];
    new MutationObserver(() => { if (shown.textContent !== before) done(performance.now() - began); }).observe(shown, { childList: true, characterData: true, subtree: true });
    box.value = "no row has this";
    box.dispatchEvent(new Event("input"));
  }));
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  await page.close();
  return [paint, ready, search, heap / 1e6];
};
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

console.log("| rows | size | first paint ms | ready ms | first search ms | script's memory |\n|---|---|---|---|---|---|");
for (const [rows, report] of reports) {
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) all.push(await opened(report));
  const [paint, ready, search, heap] = [0, 1, 2, 3].map((at) => median(all.map((one) => one[at])));
  const bytes = statSync(report).size;
  const size = bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`| ${rows.toLocaleString("en")} | ${size} | ${paint.toFixed(0)} | ${ready.toFixed(0)} | ${search.toFixed(0)} | ${heap.toFixed(1)} MB |`);
}
await browser.close();
rmSync(place, { recursive: true, force: true, maxRetries: 5 });
