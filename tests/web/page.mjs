// Drives the page of `partner-import gui` in a real Chromium, over a stand-in for its process (mock/).
//   node --test tests/web/page.mjs
// CHROMIUM names another browser, SHOTS a directory for screenshots; see README.md.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { becomes, says } from "./becomes.mjs";
import { HOSTILE } from "./mock/lists.mjs";
import { startMock } from "./mock/server.mjs";
import { World } from "./mock/world.mjs";
import { SLOW, slowed } from "./slow.mjs";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const SOURCE = fileURLToPath(new URL("../../src/gui/", import.meta.url));
const SHOTS = process.env.SHOTS;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 780 };
/** No task of the browser may keep a person waiting for longer while the grid scrolls. */
const MOST_MS = 50;
const MOST_HEAP = 50e6;

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
let browser;

before(async () => {
  assert.ok(executablePath, "no Chromium: apt-get install chromium, or name one in CHROMIUM");
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"] });
}, { timeout: 60_000 });
after(() => browser?.close());

/** A page over its own stand-in. What it complains of, asks others for, or runs, fails the test. */
const on = async ({ world = {}, lists = [], allow = /^$/, ...options }, use) => {
  const mock = await startMock({ world: new World(world), lists });
  const context = await browser.newContext({ viewport: DESKTOP, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(6000);
  await slowed(page);
  const wrong = [];
  const note = (text) => { if (!allow.test(text)) wrong.push(text); };
  // With a listener from the beginning: one that comes with the press of a key comes too late at times.
  page.on("filechooser", () => {});
  page.on("console", (message) => note(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => note("error: " + error.stack));
  page.on("dialog", (dialog) => { note("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("popup", () => note("a window was opened"));
  page.on("request", (request) => { if (!request.url().startsWith(mock.address + "/") && !request.url().startsWith("blob:" + mock.address)) note("asked for " + request.url()); });
  await page.addInitScript(() => { addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)); });
  try {
    await page.goto(mock.link);
    await page.waitForSelector(".start, .work, .alone");
    await use(page, mock);
    assert.equal(await page.evaluate("window.hit"), undefined, "a script of the input ran");
    assert.deepEqual(wrong, []);
  } catch (error) {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, "failed.png") }).catch(() => {});
    throw error;
  } finally {
    await context.close();
    await mock.close();
  }
};
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: join(SHOTS, name + ".png") }); };
const go = async (page, mock, step, list = mock.lists[0]) => {
  await page.evaluate((hash) => { location.hash = hash; }, `#/lists/${list}/${step}`);
  await page.waitForSelector(`.steps [aria-current][href$="/${step}"]`);
};
/** Answers what the list leaves open, past the page. */
const answer = (mock, list = mock.world.list(mock.lists[0])) => {
  list.answers = { Level: { choice: "parent", means: {} }, State: { choice: "column", means: { Test: "InTrial", Vertrag: "InProduction" } } };
  for (const column of list.columns) column.asks = false;
  list.reached = "problems";
  list.cache.clear();
  list.changed("");
};
const cellAt = (page, row, title) => page.evaluate(({ row, title }) => {
  const heads = [...document.querySelectorAll(".grid thead th")].map((one) => one.textContent);
  const line = [...document.querySelectorAll(".grid tbody tr")].find((one) => one.querySelector("th").textContent === String(row));
  return line?.children[heads.indexOf(title)]?.textContent ?? null;
}, { row, title });
const saysCell = (page, row, title, wanted) => becomes(() => cellAt(page, row, title), wanted, `${title} of row ${row}`);
const pick = async (page, row, title) => {
  const found = await page.waitForFunction((wanted) => {
    const at = [...document.querySelectorAll(".grid thead th")].findIndex((one) => one.textContent === wanted);
    return at > 0 && at;
  }, title);
  const index = await found.jsonValue();
  await page.locator(".grid tbody tr", { has: page.locator(`th:text-is("${row}")`) }).locator("td").nth(index - 1).click();
};
/** Holds the requests to an address until what is answered here is called. */
const held = async (page, address) => {
  let go;
  const gone = new Promise((done) => { go = done; });
  await page.route(address, async (route) => {
    await gone;
    await route.fallback();
  });
  return go;
};
const active = (page) => page.evaluate(() => { const { activeElement: at } = document; return { text: at.textContent, row: at.closest("tr")?.querySelector("th")?.textContent, tag: at.tagName, key: at.dataset.key, column: at.getAttribute("aria-colindex") }; });
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
/** Tab, until what is wanted has the focus. */
const tabTo = async (page, selector, key = "Tab") => {
  for (let step = 0; step < 60; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${selector} is not reached with ${key}`);
};
const paste = async (page, text) => {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press("Control+v");
};

describe("what is sent", () => {
  test("is without a library, in short functions, and never markup", () => {
    for (const name of readdirSync(SOURCE + "page").filter((one) => one.endsWith(".js"))) {
      const text = readFileSync(SOURCE + "page/" + name, "utf8");
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|createContextualFragment|setAttribute\("style|https?:\/\/(?!www\.w3\.org\/2000\/svg)/, name);
      const lines = text.split("\n");
      for (const [at, line] of lines.entries()) {
        const [, indent] = /^( *)(?:static |async |export |const \w+ = )*(?:class .*|(?!if|for|while|switch|try|do|else|return|const|let)\w.*|const .*=>) \{$/.exec(line) ?? [];
        if (indent === undefined || /^ *(export )?class /.test(line)) continue;
        const end = lines.findIndex((one, index) => index > at && one.startsWith(indent + "}"));
        assert.ok(end - at <= 70, `${name}:${at + 1} has ${end - at} lines`);
      }
    }
    const html = readFileSync(SOURCE + "page/index.html", "utf8");
    assert.doesNotMatch(html, / style=| on\w+=|<style|<script(?! type="module" src)/);
  });

  test("has the types of the document, and keeps to them", () => {
    const document = readFileSync(SOURCE + "api.md", "utf8");
    const blocks = [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block]) => "\n" + block).join("");
    assert.equal(readFileSync(SOURCE + "types.d.ts", "utf8").replace(/^.*\n/, ""), blocks, "types.d.ts are the blocks of api.md");
    const { status, stdout } = spawnSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", fileURLToPath(new URL("tsconfig.json", import.meta.url))], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
});

describe("the journey", { timeout: 120_000 }, () => {
  test("with the mouse only, from a dropped workbook to the downloaded one", () => on({ world: { perTick: 40, tick: 30 } }, async (page) => {
    const choosing = page.waitForEvent("filechooser");
    await page.click("text=Choose a file");
    await (await choosing).setFiles({ name: "companies.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("workbook") });
    await page.waitForSelector(".map tbody td");
    // A column's menu, in its header.
    await page.click('[data-goes="1"]');
    await page.click('[role="option"]:has-text("ChamberOfCommerceNumber")');
    await page.waitForSelector('[data-goes="1"]:has-text("you chose it")');
    await page.click('[data-goes="1"]');
    await page.click('[role="option"]:has-text("ExternalCode")');
    await page.waitForSelector('[data-goes="1"]:has-text("ExternalCode")');
    // What money hangs on has no default, and the button leads to it.
    await says(page, "#foot .primary", "Answer Level first");
    await page.click("label:has-text('From the parent')");
    await page.waitForSelector("#foot .primary:has-text('Answer State first')");
    await page.click("label:has-text('The column Contract says it')");
    await page.selectOption('[data-key="means-State-Test"]', "InTrial");
    await page.waitForSelector('[data-question="State"] .tag:has-text("1 value open")');
    await page.selectOption('[data-key="means-State-Vertrag"]', "InProduction");
    await page.click(".out .btn >> nth=0");
    await page.waitForSelector(".sum:has-text('471 rows')");
    await page.click("text=Continue to Problems");
    for (const offer of ["Germny", "Frnace", "Untied Kingdom", "South Korea", "Leave these 2 rows out", "Empty these 4 cells"]) await page.click(`.offer:has-text("${offer}")`);
    await page.waitForSelector(".panel .blank:has-text('rows are ready')");
    await page.click("text=Continue to Plan");
    await page.click("button:has-text('Try it in the sandbox')");
    await page.waitForSelector(".facts .bill");
    await says(page, "#over", /Sandbox/);
    await page.click(".twist >> nth=1");
    await page.waitForSelector('tr[aria-expanded="false"]');
    await page.click("text=Continue to Run");
    const wanted = (await page.textContent("dialog .primary")).replace(/\D/g, "");
    await page.fill(".typed", String(Number(wanted) - 1));
    await page.locator("dialog .primary").click({ force: true });
    await says(page, "dialog .wrong", new RegExp(wanted));
    await page.fill(".typed", wanted);
    await page.click("dialog .primary");
    await page.waitForSelector("text=See the results", { timeout: 20_000 });
    await page.click("text=See the results");
    await page.waitForSelector(".files");
    const saving = page.waitForEvent("download");
    await page.click(".files .link >> nth=0");
    assert.equal((await saving).suggestedFilename(), "companies.xlsx");
  }));

  test("with the keyboard alone", () => on({ world: { perTick: 40, tick: 30 } }, async (page, mock) => {
    await tabTo(page, '[data-key="choose"]');
    const choosing = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    await (await choosing).setFiles({ name: "companies.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("workbook") });
    await page.waitForSelector(".map tbody td");
    // The grid is one tab stop; the header is reached with the arrows, and Enter opens its menu.
    await tabTo(page, ".grid td");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".menu");
    await page.keyboard.type("chamber");
    await page.keyboard.press("Enter");
    await page.waitForSelector('[data-goes="1"]:has-text("ChamberOfCommerceNumber")');
    await page.keyboard.press("Tab");
    await tabTo(page, '[data-key="answer-Level-end"]');
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector("[data-question=Level] .tag.created");
    assert.equal((await active(page)).key, "answer-Level-parent", "the focus stays where it was");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.waitForSelector("[data-question=State] .tag.created");
    await tabTo(page, '[data-key="next"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector(".group");
    const before = mock.world.list("l1").counts().need;
    await page.keyboard.press("F8");
    await page.waitForFunction(() => document.activeElement.matches("td.m-error"));
    await page.keyboard.press("Alt+Enter");
    await page.waitForSelector("#foot:has-text('Germny → Germany')");
    await becomes(() => mock.world.list("l1").counts().need < before, true);
    await page.keyboard.press("F8");
    await page.waitForFunction(() => document.activeElement.textContent === "Frnace");
    await page.keyboard.press("F2");
    await page.waitForSelector(".editor");
    await page.keyboard.type("France");
    await page.keyboard.press("Enter");
    await saysCell(page, 10, "Country", "France");
    await becomes(async () => (await active(page)).row, "11", "Enter goes down");
    await page.keyboard.press("F6");
    await tabTo(page, '#foot [data-key="next"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector(".halves");
    await tabTo(page, '[data-key="target-sandbox"]');
    await page.keyboard.press("Space");
    await page.waitForSelector(".facts");
    await tabTo(page, ".grid td");
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector('tr[aria-level="1"][aria-expanded="false"]');
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector('tr[aria-level="2"]');
    await tabTo(page, '#foot [data-key="next"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog");
    await becomes(async () => (await active(page)).key, "typed");
    assert.equal(await page.inputValue(".typed"), "", "the number is never filled in");
    await page.keyboard.type((await page.textContent("dialog .primary")).replace(/\D/g, ""));
    await page.keyboard.press("Enter");
    await page.waitForSelector('[data-key="results"]', { timeout: 20_000 });
    await tabTo(page, '[data-key="results"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector(".files");
    await page.keyboard.press("F1");
    await says(page, "dialog", /F8/);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }));
});

describe("mending", { timeout: 120_000 }, () => {
  const problems = (use, options = {}) => on({ lists: ["companies.xlsx"], ...options }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    await page.waitForSelector(".grid tbody td:has-text('Alpina')");
    await use(page, mock);
  });

  test("in place: typed, left, taken back and done again", () => problems(async (page) => {
    await pick(page, 9, "Country");
    await page.keyboard.type("Austria");
    await page.keyboard.press("Tab");
    await saysCell(page, 9, "Country", "Austria");
    await becomes(async () => (await active(page)).row, "9");
    await page.waitForSelector("#foot:has-text('Germny → Austria')");
    await pick(page, 10, "Country");
    await page.keyboard.press("F2");
    await page.keyboard.type("nonsense");
    await page.keyboard.press("Escape");
    await saysCell(page, 10, "Country", "Frnace");
    await page.keyboard.press("Control+z");
    await saysCell(page, 9, "Country", "Germny");
    await page.keyboard.press("Control+y");
    await saysCell(page, 9, "Country", "Austria");
    await becomes(() => page.locator(".m-mended").first().getAttribute("aria-description"), "fixed, was Germny");
    await page.keyboard.press("Control+z");
    await saysCell(page, 9, "Country", "Germny");
    await becomes(() => page.locator('[data-key="undo"]').getAttribute("aria-disabled"), "true");
  }));

  test("typing is held up by nothing: the second cell is typed while the first is on its way", () => problems(async (page, mock) => {
    mock.world.delay = 2000;
    await pick(page, 13, "City");
    await page.keyboard.type("One");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Two");
    await page.keyboard.press("Enter");
    await saysCell(page, 13, "City", "One");
    await saysCell(page, 14, "City", "Two");
    assert.equal(mock.world.list("l1").edits.size, 0, "no answer was waited for");
    await becomes(() => mock.world.list("l1").edits.size, 2);
    await page.waitForSelector("#foot:has-text('Two')");
    await saysCell(page, 13, "City", "One");
    await saysCell(page, 14, "City", "Two");
  }));

  test("a block from Excel is pasted, copied out and filled", () => problems(async (page, mock) => {
    await pick(page, 5, "City");
    await paste(page, "Weimar\t\"99423\"\r\n\"Bad \"\"X\"\"\nTwo\"\t1000\r\n");
    await saysCell(page, 5, "City", "Weimar");
    await saysCell(page, 6, "City", "Bad \"X\"\nTwo");
    await saysCell(page, 6, "ZipCode", "1000");
    await page.waitForSelector("#foot:has-text('4 cells changed')");
    await page.keyboard.press("Control+c");
    await becomes(async () => (await page.evaluate(() => navigator.clipboard.readText())).replaceAll("\r\n", "\n"), "Weimar\t99423\n\"Bad \"\"X\"\"\nTwo\"\t1000");
    // One value into every chosen cell.
    await pick(page, 14, "City");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await paste(page, "Gera");
    for (const row of [14, 15, 16]) await saysCell(page, row, "City", "Gera");
    await page.keyboard.press("Delete");
    await saysCell(page, 15, "City", "");
    await becomes(() => mock.world.list("l1").steps.length, 3, "each is one step");
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("Control+z");
    await saysCell(page, 5, "City", "Jena");
    await becomes(() => mock.world.list("l1").edits.size, 0);
  }));

  test("a suggestion mends all its rows at once, also those that are not on the screen", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    const germny = () => list.sums().in.filter((index) => list.row(index).cells[4] === "Germny").length;
    await becomes(() => germny() > 15, true);
    await page.click(".offer:has-text('Germny')");
    await page.waitForSelector(".offer:has-text('Germny')", { state: "detached" });
    await becomes(germny, 0);
    await page.waitForSelector("#foot:has-text('Saved: Germny')");
    await page.keyboard.press("Control+z");
    await page.waitForSelector(".offer:has-text('Germny')");
    await becomes(() => germny() > 15, true);
    await page.click(".offer:has-text('whose Type is Vendor')");
    await page.waitForFunction(() => /Left out 3\d/.test(document.querySelector(".tabs").textContent));
    await page.click("text=Left out");
    await page.waitForSelector(".out .why:has-text('Vendor')");
  }));

  test("suggestions are all carried out, however fast they are picked, and each once", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    const answers = await held(page, "**/mends");
    const sent = () => mock.log.filter((line) => line.endsWith("/mends")).length;
    for (const offer of ["Germny", "Frnace", "Germny"]) await page.locator(`.offer:has-text("${offer}")`).click();
    await page.locator('.offer:has-text("Untied Kingdom")').dblclick();
    assert.equal(list.steps.length, 0, "none of them has its answer yet");
    answers();
    for (const offer of ["Germny", "Frnace", "Untied Kingdom"]) await page.waitForSelector(`.offer:has-text("${offer}")`, { state: "detached" });
    await becomes(() => list.steps.length, 3);
    await page.waitForTimeout(300);
    assert.equal(sent(), 3, "each was sent once");
    // What was taken back is offered again, and can be picked again.
    await page.keyboard.press("Control+z");
    await page.click('.offer:has-text("Untied Kingdom")');
    await page.waitForSelector(".offer:has-text('Untied Kingdom')", { state: "detached" });
    await becomes(() => list.steps.length, 3);
    assert.equal(await page.locator(".banner").count(), 0, "nothing was refused");
  }));

  test("what is aimed at is what is picked, though the first leaves the panel", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    const middle = async (offer) => {
      const { x, y, width, height } = await page.locator(`.offer:has-text("${offer}")`).boundingBox();
      return [x + width / 2, y + height / 2];
    };
    const [first, second, third] = [await middle("Germny"), await middle("Frnace"), await middle("Untied Kingdom")];
    await page.mouse.click(...first);
    await page.waitForTimeout(200);
    await page.mouse.click(...second);
    await page.waitForTimeout(200);
    await page.mouse.click(...second, { clickCount: 2 });
    await page.waitForSelector(".offer:has-text('Frnace')", { state: "detached" });
    assert.deepEqual(list.steps.map((one) => one.says.split(" ")[0]), ["Germny", "Frnace"]);
    // A press whose panel would be drawn anew before it ends is a click all the same.
    assert.notDeepEqual(await middle("Untied Kingdom"), third, "it has moved up");
    await page.mouse.move(...await middle("Untied Kingdom"));
    await page.waitForTimeout(600);
    await page.mouse.down();
    const looked = page.waitForResponse(/\/problems$/);
    list.mend({ kind: "cells", cells: [{ row: 5, column: 2, from: "Jena", to: "Weimar" }] });
    await looked;
    await page.waitForTimeout(200);
    await page.mouse.up();
    await page.waitForSelector(".offer:has-text('Untied Kingdom')", { state: "detached" });
  }));

  test("a suggestion that was refused, and one that somebody else took back, can be picked again", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    const germny = page.locator(".offer:has-text('Germny')");
    const refusal = { status: 409, json: { error: { code: "stale", title: "That is no longer suggested", says: "Look again.", field: null, holder: null } } };
    await page.route("**/mends", (route) => route.fulfill(refusal), { times: 1 });
    await page.waitForTimeout(300);
    const looked = page.waitForRequest(/\/problems$/);
    await germny.click();
    await page.waitForSelector(".banner.bad:has-text('no longer suggested')");
    await looked;
    await page.waitForTimeout(600);
    // Its answer is late: by then another page has taken it back.
    await page.route("**/mends", async (route) => {
      const response = await route.fetch();
      await new Promise((done) => { setTimeout(done, 800); });
      await route.fulfill({ response });
    }, { times: 1 });
    await germny.click();
    await becomes(() => list.steps.length, 1);
    await page.waitForTimeout(100);
    list.mend({ kind: "undo" });
    await page.waitForSelector("#foot:has-text('Saved: Germny')");
    await page.waitForTimeout(600);
    await germny.click();
    await becomes(() => list.steps.length, 1);
    // And before any of it has its answer.
    await page.keyboard.press("Control+z");
    await page.waitForSelector("#foot:has-text('Saved: ')");
    await becomes(() => list.steps.length, 0);
    await germny.waitFor();
    await page.waitForTimeout(600);
    mock.world.delay = 400;
    const sent = () => mock.log.filter((line) => line.endsWith("/mends")).length;
    const before = sent();
    await germny.click();
    await page.keyboard.press("Control+z");
    await germny.click();
    await becomes(sent, before + 3);
    await becomes(() => list.steps.length, 1);
    await page.waitForTimeout(600);
    assert.equal(list.steps.length, 1);
  }, { allow: /409/ }));

  test("a key that is held down mends once", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    await pick(page, 9, "Country");
    await page.keyboard.press("F8");
    await page.waitForSelector(".group.now");
    await page.keyboard.down("Alt");
    for (let repeat = 0; repeat < 12; repeat += 1) {
      await page.keyboard.down("Enter");
      await page.waitForTimeout(50);
    }
    await page.keyboard.up("Enter");
    await page.keyboard.up("Alt");
    await becomes(() => list.steps.length > 0, true);
    await page.waitForTimeout(300);
    assert.equal(list.steps.length, 1);
  }));

  test("what is answered after one has gone on changes nothing of the next step", () => problems(async (page, mock) => {
    let answered = false;
    await page.route("**/mends", async (route) => {
      const response = await route.fetch();
      await page.waitForSelector(".halves");
      await route.fulfill({ response });
      answered = true;
    });
    await page.click(".offer:has-text('Germny')");
    await page.click('[data-key="next"]');
    await becomes(() => answered, true);
    await page.waitForTimeout(600);
    await page.waitForSelector('.steps [aria-current][href$="/plan"]');
    await says(page, "#foot", /^No target is chosen yet\./);
  }));

  test("rows are left out and taken back, and what would be sent is shown", () => problems(async (page, mock) => {
    await pick(page, 5, "Name");
    await page.click('[data-key="out"]');
    await page.waitForSelector(".grid tbody th:text-is('5')", { state: "detached" });
    await page.click("text=Left out");
    await page.locator(".out", { has: page.locator("th:text-is('5')") }).getByRole("button").click();
    await page.waitForSelector(".grid tbody th:text-is('5')", { state: "detached" });
    await page.click(".tabs button >> nth=0");
    await pick(page, 6, "Name");
    await page.keyboard.press("Control+i");
    await says(page, "dialog", /Company\.PostAddress\.Country[\s\S]*AT/);
    await page.keyboard.press("Escape");
    await becomes(() => mock.world.list("l1").outs.size, 0);
  }));

  test("a cell that says something else by now is not overwritten", () => problems(async (page, mock) => {
    await pick(page, 5, "City");
    await page.keyboard.press("F2");
    mock.world.list("l1").apply([{ row: 5, column: 2, to: "Elsewhere" }], []);
    await page.keyboard.type("Here");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".banner.bad:has-text('something else')");
    await saysCell(page, 5, "City", "Elsewhere");
    await page.click(".banner .icon");
  }, { allow: /409/ }));

  test("finding looks through the whole list, from where one is", () => problems(async (page) => {
    await pick(page, 5, "Name");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("K-10470");
    await page.waitForSelector("output:has-text('1 of 1')");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.textContent === "K-10470");
    await page.keyboard.press("Control+Home");
    await page.waitForFunction(() => document.activeElement.closest("tr")?.querySelector("th").textContent === "5");
    await page.keyboard.press("Control+End");
    await page.waitForFunction(() => document.activeElement.closest("tr").getAttribute("aria-rowindex") === document.querySelector(".grid").getAttribute("aria-rowcount"));
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Home");
    await becomes(async () => (await active(page)).column, "2");
  }));

  test("a search that is given up leads nowhere, however late its answer is", () => problems(async (page) => {
    const row = () => page.evaluate(() => document.activeElement.closest("tr")?.querySelector("th").textContent);
    await pick(page, 5, "Name");
    const answered = [];
    await page.route("**/find?**", async (route) => {
      await new Promise((done) => setTimeout(done, 400));
      await route.continue();
      answered.push(route);
    });
    await page.keyboard.press("Control+f");
    await page.keyboard.type("K-10470");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.closest("tr") !== null);
    const before = await row();
    await becomes(() => answered.length > 0, true);
    await page.waitForTimeout(500);
    assert.equal(await row(), before);
    await becomes(() => page.locator("output.hits").textContent(), "");
  }));

  test("events are taken up again where they were", () => problems(async (page, mock) => {
    await page.click(".offer:has-text('Frnace')");
    await page.waitForSelector("#foot:has-text('Frnace')");
    mock.cut();
    mock.world.list("l1").mend({ kind: "undo" });
    await page.waitForSelector(".offer:has-text('Frnace')");
    const asked = () => mock.log.filter((line) => line.startsWith("GET /events"));
    assert.equal(asked()[0], "GET /events?after=0");
    await becomes(() => asked().at(-1), /after=[1-9]/);
    await becomes(() => page.locator(".banner.bad").count(), 0, "the stripe is gone again");
  }, { allow: /ERR_|net::/ }));

  test("a mend whose answer was lost is kept once, and one typed offline is sent when it can be", () => problems(async (page, mock) => {
    const list = mock.world.list("l1");
    mock.world.dropAnswer = true;
    await pick(page, 5, "City");
    await page.keyboard.type("Once");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#foot:has-text('Once')");
    await becomes(() => list.steps.length, 1);
    await page.context().setOffline(true);
    await page.keyboard.type("Offline");
    await page.keyboard.press("Enter");
    await saysCell(page, 6, "City", "Offline");
    await page.waitForTimeout(300);
    await page.context().setOffline(false);
    await page.waitForSelector("#foot:has-text('Offline')");
    await saysCell(page, 6, "City", "Offline");
    await page.waitForTimeout(300);
    assert.equal(list.steps.length, 2);
  }, { allow: /ERR_|net::/ }));

  test("a reloaded page has every edit", () => problems(async (page, mock) => {
    await pick(page, 5, "City");
    await page.keyboard.type("Kept");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#foot:has-text('Saved')");
    await page.reload();
    await saysCell(page, 5, "City", "Kept");
    await becomes(() => new URL(page.url()).hash, `#/lists/${mock.lists[0]}/problems`, "no token is left in the address");
  }));
});

describe("plan, run and results", { timeout: 120_000 }, () => {
  const planned = async (page, mock) => {
    answer(mock);
    await go(page, mock, "plan");
    await page.click("button:has-text('Try it in the sandbox')");
    await page.waitForSelector(".facts");
  };
  const begun = async (page, mock, button = "next") => {
    await planned(page, mock);
    await page.click(`[data-key="${button}"]`);
    await page.fill(".typed", (await page.textContent("dialog .primary")).replace(/\D/g, ""));
    await page.click("dialog .primary");
    await page.waitForSelector(".hero");
    return [...mock.world.runs.values()].at(-1);
  };

  test("a login that is refused says why, and the password stays nowhere", () => on({ lists: ["companies.xlsx"], world: { denied: true }, allow: /422/ }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "plan");
    await page.click(".left button:has-text('Real service')");
    await page.fill("[name=partner]", "Nordwind");
    await page.fill("[name=user]", "importer");
    await page.fill("[name=password]", "secret words");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".box.bad:has-text('2100')");
    assert.equal(await page.inputValue("[name=password]"), "");
    await becomes(() => page.inputValue("[name=partner]"), "Nordwind");
    assert.doesNotMatch(await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage, ...localStorage })), /secret words/);
    mock.world.denied = false;
    await page.fill("[name=password]", "secret words");
    await page.click('[data-key="connect"]');
    await page.waitForSelector(".target.real:has-text('Nordwind')");
  }));

  test("views, differences, a plan that is out of date, and the pilot", () => on({ lists: ["companies.xlsx"], world: { perTick: 3, tick: 30 } }, async (page, mock) => {
    await planned(page, mock);
    await page.click(".tabs >> text=Differ");
    await page.waitForSelector("del:has-text('Gena')");
    await page.click("label:has-text(\"Take the list's\")");
    await page.waitForSelector(".tabs:has-text('Update')");
    mock.world.list("l1").mend({ kind: "cells", cells: [{ row: 5, column: 2, from: "Jena", to: "Weimar" }] });
    mock.world.emit("plan l1", "plan", () => ({ list: "l1", plan: mock.world.list("l1").plan }));
    await page.waitForSelector(".banner:has-text('Plan again')");
    await page.click(".banner >> text=Plan again");
    await page.waitForSelector(".banner", { state: "detached" });
    await page.fill('[data-key="pilot"]', "5");
    await page.click('[data-key="begin-pilot"]');
    await says(page, "dialog h2", /Create 5 customers in the sandbox/);
    await page.fill(".typed", "5");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=See the results");
    await says(page, ".hero h1", /5 of 5 created/);
  }));

  test("below a plan stands why one cannot go on yet", () => on({ lists: ["companies.xlsx"], world: { planning: 1500 }, allow: /409/ }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "plan");
    const why = () => page.getAttribute("#foot .primary", "title");
    await becomes(why, "Choose a target first");
    await says(page, "#foot", /^No target is chosen yet\./);
    await page.click(".left button:has-text('Real service')");
    await becomes(why, "Log in first");
    const connecting = await held(page, "**/api/target");
    const refused = { status: 409, json: { error: { code: "busy", title: "Not now", says: "The list is being read.", field: null, holder: null } } };
    await page.route("**/plan", (route) => route.request().method() === "POST" ? route.fulfill(refused) : route.fallback(), { times: 1 });
    await page.click("button:has-text('Try it in the sandbox')");
    await becomes(why, "Wait until it is connected");
    await says(page, "#foot", /^Connecting\./);
    connecting();
    await says(page, "#foot", /^Not planned yet\./);
    await page.waitForSelector("#over .banner:has-text('Not now')");
    await page.click("#foot .primary:has-text('Plan')");
    await becomes(why, "Wait until it is planned");
    await says(page, "#foot", /^Nothing is changed by planning\./);
    await page.waitForSelector(".facts");
    const list = mock.world.list("l1");
    Object.assign(list.plan, { revision: list.plan.revision + 1, state: "failed", title: "The tenant was not read.", says: "The service does not answer." });
    mock.world.emit("plan l1", "plan", () => ({ list: "l1", plan: list.plan }));
    await becomes(why, "Plan again first");
    await says(page, "#foot", /^It was not planned\./);
    await page.click("text=Plan again");
    await page.waitForSelector("#foot:has-text('to create')");
  }));

  test("runs live: pause, go on, outage, stop, continue", () => on({ lists: ["companies.xlsx"], world: { perTick: 4, tick: 60 } }, async (page, mock) => {
    const run = await begun(page, mock);
    await page.waitForFunction(() => document.querySelectorAll(".grid .is-created").length > 8);
    await page.waitForSelector(".is-sending");
    await page.click('[data-key="pause"]');
    await page.waitForSelector("#foot:has-text('Paused')");
    const { created } = run.counts;
    await page.waitForTimeout(400);
    assert.ok(run.counts.created <= created + 4);
    await page.click("text=Go on");
    await page.waitForSelector("#foot:has-text('Running')");
    mock.world.outage(run);
    await page.waitForSelector(".banner.bad:has-text('does not answer')");
    await page.click("text=Try now");
    await page.waitForSelector(".banner.good");
    await page.click('[data-key="stop"]');
    await page.waitForSelector("#foot:has-text('stopped')");
    await says(page, "#foot", /Continue the run/);
    // What stopped stands first on the start page.
    await page.evaluate(() => { location.hash = "#/"; });
    await page.waitForSelector(".card:has-text('Not finished')");
    await page.click("text=Continue the run");
    await page.waitForSelector("#foot:has-text('Running')");
    mock.world.perTick = 200;
    await page.waitForSelector("text=See the results");
    const counts = () => page.$$eval(".legend b", (all) => all.reduce((sum, one) => sum + Number(one.textContent.replace(",", "")), 0));
    await becomes(counts, run.counts.rows, "the counts add up");
  }));

  test("what is waited for is counted down, and not read out again each second", () => on({ lists: ["companies.xlsx"], world: { perTick: 1, tick: 200 } }, async (page, mock) => {
    const run = await begun(page, mock);
    const until = new Date(Date.now() + 95_000).toISOString();
    run.notice = { kind: "mild", title: "1 row was sent and has no answer.", says: "The others go on.", until, try_now: false };
    mock.world.touch(run);
    const left = page.locator("#over [data-until]");
    await left.waitFor();
    await says(page, "#over .banner.mild", /Until \d\d:\d\d\..*1 min 3\d s left/s);
    await page.evaluate(() => { window.stripe = document.querySelector("#over .banner.mild"); });
    const before = await left.textContent();
    await page.waitForFunction((was) => document.querySelector("#over [data-until]").textContent !== was, before);
    mock.world.touch(run);
    await page.waitForTimeout(600);
    assert.ok(await page.evaluate(() => window.stripe.isConnected), "it is the same stripe");
    await becomes(() => left.getAttribute("aria-hidden"), "true");
    // Before there is a run to be seen, every page says so.
    mock.world.emit("waiting", "waiting", () => ({ says: "Waiting 10 min for requests that could still land.", until }));
    await page.waitForSelector("#over .banner:has-text('Nothing is sent yet')");
    mock.world.emit("waiting", "waiting", () => ({ says: "", until: null }));
    await page.waitForSelector("#over .banner:has-text('Nothing is sent yet')", { state: "detached" });
  }));

  test("the rows do not move under somebody who looks at them", () => on({ lists: ["companies.xlsx"], world: { perTick: 2, tick: 50 } }, async (page, mock) => {
    const run = await begun(page, mock);
    await page.waitForFunction(() => Number(document.querySelector(".grid").getAttribute("aria-rowcount")) > 100);
    await page.evaluate(() => { document.querySelector(".gridbox").scrollTop = 800; });
    // A moment after a jump the place looked at has no rows yet.
    const first = async () => (await page.waitForFunction(() => {
      const top = document.querySelector(".gridbox").getBoundingClientRect().top + 60;
      return [...document.querySelectorAll(".grid tbody tr")].find((one) => one.getBoundingClientRect().top > top)?.querySelector("th")?.textContent;
    })).jsonValue().then(Number);
    // Begin where scrolling has come to rest, which takes a busy machine longer.
    let before = -1;
    for (let now = await first(); now !== before; now = await first()) {
      before = now;
      await page.waitForTimeout(300);
    }
    await page.waitForTimeout(1200);
    // While rows are fetched, those that are held stand a few places off.
    await becomes(async () => Math.abs(await first() - before) <= 9, true, `${before} moved`);
    assert.equal(run.state, "running");
  }));

  test("mended and sent again, then undone behind a typed number", () => on({ lists: ["companies.xlsx"], world: { perTick: 200, tick: 20 } }, async (page, mock) => {
    await begun(page, mock);
    await page.click("text=See the results");
    await page.waitForSelector(".is-failed");
    await becomes(() => page.locator('[data-key="next"]').getAttribute("aria-disabled"), "true");
    const row = await page.locator(".is-failed").first().locator("th").textContent();
    await pick(page, row, "Name");
    await page.keyboard.type("Another name");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Send 1 again");
    await page.click("text=Undo this run");
    await page.fill(".typed", "1");
    await becomes(() => page.locator("button:has-text('Remove')").getAttribute("aria-disabled"), "true");
    await page.click("text=Send 1 again");
    await page.waitForSelector(".facts");
    await says(page, "#foot", /to create/);
    await go(page, mock, "results");
    await page.click("text=Undo this run");
    const remove = page.locator("button:has-text('Remove')");
    const wanted = (await remove.textContent()).replace(/\D/g, "");
    for (const press of [() => remove.click({ force: true }), () => page.keyboard.press("Enter")]) {
      await page.fill(".typed", "1");
      await press();
      await says(page, ".panel .wrong", `To continue, type ${wanted}.`);
    }
    await page.fill(".typed", wanted);
    await says(page, ".panel .wrong", "");
    await remove.dblclick();
    await page.waitForSelector("h1:has-text('was undone')");
    await becomes(() => page.locator(".banner.bad").count(), 0);
    await says(page, '[data-key="view-created"] span', "0");
    await says(page, '[data-key="view-removed"] span', wanted);
  }));

  test("a lock names its holder, and this one waits for it", () => on({ lists: ["companies.xlsx"], world: { perTick: 200, tick: 20 }, allow: /409/ }, async (page, mock) => {
    mock.world.holder = { run: null, name: "practice-list.csv", says: "“practice-list.csv” by this user, 40 of 86." };
    await planned(page, mock);
    await page.click('[data-key="next"]');
    await page.fill(".typed", (await page.textContent("dialog .primary")).replace(/\D/g, ""));
    await page.click("dialog .primary");
    await page.waitForSelector("dialog:has-text('40 of 86')");
    await shot(page, "locked");
    await page.click("text=Begin when it has ended");
    await page.waitForTimeout(300);
    mock.world.holder = null;
    await page.waitForSelector(".hero", { timeout: 8000 });
  }));

  test("a killed run is continued, and an approved plan that no longer fits says why", () => on({ lists: ["companies.xlsx"], world: { perTick: 5, tick: 40 } }, async (page, mock) => {
    const run = await begun(page, mock);
    clearInterval(run.timer);
    Object.assign(run, { state: "killed", can: ["continue"], title: "12 of 401, then the program ended", says: "3 requests had no answer yet. They are looked up before anything is sent." });
    mock.world.touch(run);
    await page.waitForSelector(".panel:has-text('3 requests had no answer')");
    await page.evaluate(() => { location.hash = "#/"; });
    await page.click(".card >> text=Look first");
    await page.waitForSelector("#foot:has-text('then the program ended')");
    await page.click("#foot >> text=Continue the run");
    await page.waitForSelector("#foot:has-text('Running')");
    const list = mock.world.list("l1");
    list.plan.differences = ["2 customers were created since by somebody else."];
    await go(page, mock, "plan");
    await page.waitForSelector(".banner.mild:has-text('no longer fits')");
  }));

  test("a run of the command line is watched, without buttons that would not work", () => on({}, async (page, mock) => {
    const run = mock.world.addRun({ run: "20261128-220000-nite", name: "nightly.csv", from: "command line", can: [], columns: [{ letter: "A", header: "Name", field: "Name", asks: false, filters: false, how: "", fits: [], sample: [], options: [], width: "l" }], to_create: 300, rows: Array.from({ length: 300 }, (_, index) => ({ row: index + 2, index, name: `Customer ${index}`, status: "pending", id: null, message: null })) });
    await page.reload();
    await page.click("text=Watch it");
    await page.waitForSelector("text=started on the command line");
    await becomes(() => page.locator("#foot button").count(), 0);
    await becomes(() => page.locator(".steps a").count(), 1);
    run.timer = setInterval(() => mock.world.advance(run), 40);
    await page.waitForFunction(() => document.querySelectorAll(".is-created").length > 3);
  }));
});

describe("other states", { timeout: 120_000 }, () => {
  test("what is no list is refused in the reader's words", () => on({ allow: /422/ }, async (page) => {
    await page.setInputFiles("input[type=file]", { name: "Offer.docx", mimeType: "application/octet-stream", buffer: Buffer.from("x") });
    await page.waitForSelector(".box.bad:has-text('Offer.docx was not read')");
    await says(page, ".box.bad", /Save it as XLSX or CSV/);
    await shot(page, "refused");
  }));

  test("a list is dropped", () => on({}, async (page) => {
    const data = await page.evaluateHandle(() => { const data = new DataTransfer(); data.items.add(new File(["a"], "companies.xlsx")); return data; });
    await page.dispatchEvent(".drop", "dragover", { dataTransfer: data });
    await page.waitForSelector(".drop.over");
    await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
    await page.waitForSelector(".map tbody td");
  }));

  test("a start page that was left takes no list, however late its answer is", () => on({ lists: ["companies.xlsx"] }, async (page, mock) => {
    await go(page, mock, "list");
    const answers = await held(page, "**/api/start");
    await page.evaluate(() => { location.hash = "#/"; });
    await page.waitForSelector(".start");
    await go(page, mock, "list");
    await page.waitForSelector(".map tbody td");
    const answered = page.waitForResponse(/\/api\/start$/);
    answers();
    await answered;
    await page.waitForTimeout(200);
    const data = await page.evaluateHandle(() => { const data = new DataTransfer(); data.items.add(new File(["a"], "other.xlsx")); return data; });
    await page.dispatchEvent(".map", "drop", { dataTransfer: data });
    await page.waitForTimeout(300);
    assert.deepEqual(mock.log.filter((line) => line.startsWith("POST /api/lists?")), []);
  }));

  test("an empty file and an empty sheet say what is the matter", () => on({ lists: ["companies.xlsx"] }, async (page, mock) => {
    await go(page, mock, "list");
    await page.selectOption('[data-key="sheet"]', "Info");
    await page.waitForSelector(".blank:has-text('No customers in the sheet')");
    await shot(page, "empty-sheet");
    await page.click("text=Take the sheet “Contacts”");
    await page.waitForSelector(".map tbody td");
    await page.evaluate(() => { location.hash = "#/"; });
    await page.setInputFiles("input[type=file]", { name: "none.csv", mimeType: "text/csv", buffer: Buffer.alloc(0) });
    await page.waitForSelector(".blank:has-text('There is nothing in this file')");
  }));

  test("ten thousand problems are a handful of causes, and one button mends the spellings", () => on({ lists: ["wreck.xlsx"] }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    await page.waitForSelector(".cap.main:has-text('rows need you')");
    await becomes(() => mock.world.list("l1").counts().need > 9000, true);
    await becomes(async () => await page.locator(".group").count() < 12, true);
    await shot(page, "ten-thousand");
    await page.click(".offer:has-text('All that are close')");
    await page.waitForSelector(".group[data-cause=country-misspelt]", { state: "detached" });
    await becomes(() => mock.world.list("l1").counts().need < 3000, true);
  }));

  test("rows are left out by a column's values, and a value is read as another", () => on({ lists: ["companies.xlsx"] }, async (page, mock) => {
    await go(page, mock, "list");
    await page.waitForSelector(".map tbody td");
    const field = async (index) => {
      await page.click(`[data-goes="${index}"]`);
      await page.click('[role="option"]:has-text("Its values")');
      await page.waitForSelector("dialog");
    };
    await field(6);
    await page.getByLabel("Rows with Vendor are in").uncheck();
    await page.click("text=Keep it so");
    await page.waitForSelector(".sum:has-text('34 left out')");
    await page.waitForSelector(".out .why:has-text('Type is Vendor')");
    await field(4);
    await page.getByLabel("Korea is read as").fill("South Korea");
    await page.click("text=Keep it so");
    await page.waitForSelector("dialog", { state: "detached" });
    const list = mock.world.list("l1");
    await becomes(() => list.row(18).cells[4], "South Korea");
    await field(6);
    await becomes(() => page.getByLabel("Rows with Vendor are in").isChecked(), false);
    await page.keyboard.press("Escape");
  }));

  test("nothing left says so and leads on", () => on({ lists: ["large.csv"] }, async (page, mock) => {
    mock.world.list("l1").made.count = 400;
    mock.world.list("l1").changed("");
    await go(page, mock, "problems");
    await page.waitForSelector(".panel .blank:has-text('400 rows are ready')");
    await shot(page, "nothing-left");
    await says(page, "#foot .primary", /Continue to Plan/);
  }));

  test("hostile cells, headers, sheets and messages show themselves as text", () => on({ lists: ["hostile.csv"], world: { tick: 20, perTick: 50 } }, async (page, mock) => {
    const list = mock.world.list("l1");
    for (const text of [list, list.made]) text.name = HOSTILE[0] + HOSTILE[1];
    Object.assign(list, { stale: [{ cell: HOSTILE[0], mended: HOSTILE[1], now: HOSTILE[2] }] });
    await go(page, mock, "list");
    await page.waitForSelector(".map tbody td");
    for (const text of HOSTILE) await becomes(async () => (await page.textContent(".grid")).includes(text), true, text);
    await page.click('[data-goes="2"]');
    await page.keyboard.press("Escape");
    answer(mock);
    await go(page, mock, "problems");
    await page.waitForSelector(".group");
    await page.click("text=Show them");
    await page.click("dialog .primary");
    await page.keyboard.press("F8");
    await page.waitForFunction(() => document.activeElement.matches(".m-error"));
    await page.keyboard.press("F2");
    await page.waitForSelector(".hint p");
    await page.keyboard.press("Escape");
    const run = mock.world.addRun({ name: HOSTILE[0], root: HOSTILE[1], columns: list.columns, list: "l1", rows: [{ row: 2, index: 0, name: HOSTILE[0], status: "failed", id: null, message: HOSTILE[2] }], said: [{ text: HOSTILE[0], code: HOSTILE[1], rows: 1, note: HOSTILE[2] }], notice: { kind: "bad", title: HOSTILE[0], says: HOSTILE[1], try_now: false } });
    list.run = run.run;
    await go(page, mock, "run");
    await page.waitForSelector(".said q");
    await says(page, ".said q", HOSTILE[0]);
    mock.world.end(run, "finished");
    await go(page, mock, "results");
    await page.waitForSelector(".files");
    assert.equal(await page.locator("main :is(img, script, iframe, object, embed, b:text-is('bold'))").count(), 0);
    assert.equal(await page.locator("main svg:not(.i, .shares, .spark)").count(), 0);
  }));

  test("the connection is lost, and is there again", () => on({ lists: ["companies.xlsx"], allow: /ERR_|net::/ }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    await page.context().setOffline(true);
    mock.cut();
    await page.waitForSelector(".banner.bad:has-text('The program does not answer')");
    await shot(page, "lost");
    await page.evaluate(() => { document.querySelector(".gridbox").scrollTop = 9000; });
    await page.waitForTimeout(300);
    await page.context().setOffline(false);
    await page.waitForSelector(".banner.bad", { state: "detached", timeout: 8000 });
    await page.waitForFunction(() => document.querySelectorAll(".grid .ghost").length === 0);
    await says(page, ".grid tbody tr:nth-child(12)", /K-103/);
  }));

  test("the page of a process that has ended says so", () => on({ lists: ["companies.xlsx"], allow: /401|ERR_|net::/ }, async (page, mock) => {
    await go(page, mock, "list");
    mock.replace();
    await page.waitForSelector(".alone:has-text('has ended')");
    await says(page, ".alone", /partner-import gui/);
    await shot(page, "ended");
  }));

  test("a link opens one page, and a page without it says what to do", () => on({ allow: /403/ }, async (page, mock) => {
    const other = await (await browser.newContext()).newPage();
    await other.goto(mock.link);
    await other.waitForSelector(".alone:has-text('used already')");
    await becomes(() => new URL(other.url()).hash, "");
    await other.goto(mock.address + "/#/");
    await other.reload();
    await other.waitForSelector(".alone:has-text('needs its link')");
    await other.context().close();
    assert.equal(await page.evaluate(() => location.hash), "");
  }));

  test("F6 goes through the parts, and a reader's theme is kept", () => on({ lists: ["companies.xlsx"], colorScheme: "dark" }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    await page.waitForSelector(".panel .offer");
    const part = () => page.evaluate(() => document.activeElement.closest("#top, .left, .panel, #foot")?.className.split(" ")[0]);
    const seen = [];
    for (let step = 0; step < 4; step += 1) { await page.keyboard.press("F6"); seen.push(await part()); }
    assert.deepEqual(seen, ["top", "left", "panel", "foot"]);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.click("#theme");
    await becomes(async () => await ground() !== dark, true);
    const light = await ground();
    await page.reload();
    assert.equal(await ground(), light);
  }));

  test("nothing moves where motion is not wanted", () => on({ lists: ["companies.xlsx"], reducedMotion: "reduce" }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length);
    assert.equal(moving, 0);
  }));

  test("the table's names and numbers read sensibly", () => on({ lists: ["companies.xlsx"] }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "problems");
    await page.waitForSelector(".m-error");
    const grid = page.getByRole("grid", { name: "The list" });
    await becomes(() => grid.getAttribute("aria-rowcount"), "471");
    const heads = await page.locator(".grid thead th").count();
    await becomes(() => grid.getAttribute("aria-colcount"), String(heads));
    await becomes(() => page.locator('.grid [tabindex="0"]').count(), 1, "one tab stop");
    await page.getByRole("rowheader", { name: "9", exact: true }).waitFor();
    const wrong = page.locator(".m-error").first();
    await becomes(() => wrong.getAttribute("aria-invalid"), "true");
    await becomes(() => wrong.getAttribute("aria-description"), /^[A-Z]\d{3}: /);
    await page.getByRole("button", { name: /^Undo$|^Undo:/ }).waitFor();
    await page.getByRole("complementary", { name: "Problems by cause" }).waitFor();
    await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: /^List ?, done$/ }).waitFor();
  }));
});

describe("what is decided beside the cells", { timeout: 60_000 }, () => {
  test("one value for a field, and what was given before", () => on({ lists: ["companies.xlsx"] }, async (page, mock) => {
    const open = async () => {
      await page.locator('[data-goes="1"]').click();
      await page.locator('[role="option"]', { hasText: "One value" }).click();
      await page.waitForSelector("dialog");
    };
    await go(page, mock, "list");
    await page.waitForSelector(".map tbody td");
    await open();
    await page.selectOption("dialog select", "City");
    await page.fill("dialog .field input", "Jena");
    await page.click("dialog .primary");
    await page.waitForSelector("dialog", { state: "detached" });
    const list = [...mock.world.lists.values()][0];
    await becomes(() => list.constants, [{ field: "City", value: "Jena", every: false }]);
    await page.waitForSelector(".panel li:has-text('City is Jena')");
    await open();
    await says(page, "dialog table", /City\s*Jena\s*empty cells/);
  }));

  test("an approved plan is held against that of now, and put away", () => on({ lists: ["companies.xlsx"], world: { planning: 30 } }, async (page, mock) => {
    answer(mock);
    await go(page, mock, "plan");
    await page.click("button:has-text('Try it in the sandbox')");
    await page.waitForSelector('[data-key="begin-pilot"]');
    const bring = (text) => page.setInputFiles(".panel input[type=file]", { name: "plan.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await bring("{}");
    await page.waitForSelector(".banner.good:has-text('8f3a61c0d2b7')");
    await page.waitForSelector('[data-key="next"]:not([aria-disabled])');
    await becomes(() => page.locator('[data-key="begin-pilot"]').count(), 0, "all of it, or nothing");
    await bring('{"old": 1}');
    await page.waitForSelector(".banner.mild:has-text('Ohm SE')");
    await page.waitForSelector('[data-key="next"][aria-disabled]');
    await page.click("text=Plan without it");
    await page.waitForSelector('[data-key="begin-pilot"]');
    await becomes(() => page.locator(".banner").count(), 0);
  }));

  test("a run whose service needs a login asks for it where it is continued", () => on({ lists: ["companies.xlsx"], allow: /422/ }, async (page, mock) => {
    mock.world.needsLogin = true;
    const run = mock.world.addRun({ name: "companies.xlsx", mode: "live", root: "Nordlicht IT", rows: [], to_create: 3, state: "stopped", can: ["continue"], title: "0 of 3, then the run was stopped", from: "page" });
    await page.evaluate((id) => { location.hash = `#/runs/${id}/run`; }, run.run);
    await page.click("#foot .primary");
    await page.waitForSelector("dialog:has-text('Nordlicht IT (m@nordlicht.example)')");
    await page.fill("dialog [name=user]", "importer");
    await page.fill("dialog [name=password]", "wrong");
    await page.evaluate(() => { document.querySelector("dialog").classList.add("first"); });
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog:not(.first) [name=password]");
    assert.equal(await page.inputValue("dialog [name=password]"), "", "what was typed stays nowhere");
    assert.equal(run.state, "stopped");
    await page.fill("dialog [name=password]", "right");
    await page.click("dialog .primary");
    await page.waitForSelector("dialog", { state: "detached" });
    await becomes(() => run.state !== "stopped", true);
  }));
});

describe("no violation of accessibility rules", { timeout: 240_000 }, () => {
  const look = (page) => page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations, passes }) => ({
    checked: passes.length,
    found: violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + " " + (node.any[0]?.message ?? "")).join(" | ")}`),
  })));
  for (const colorScheme of ["light", "dark"]) for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    test(`every step, ${colorScheme}, ${size}`, () => on({ lists: ["companies.xlsx"], colorScheme, viewport, world: { perTick: 6, tick: 60, planning: 30 }, ...(size === "phone" ? { isMobile: true, hasTouch: true } : {}) }, async (page, mock) => {
      const clean = async (name) => {
        await page.waitForTimeout(150);
        // Rows that have not come yet have no number either.
        await becomes(() => page.locator("tbody th:empty").count(), 0);
        await shot(page, `${name}-${colorScheme}-${size}`);
        await page.evaluate(AXE + ";0");
        const { checked, found } = await look(page);
        assert.deepEqual(found, [], name);
        assert.ok(checked > 12, "axe looked at the page");
        assert.equal(await sideways(page), 0, `${name} scrolls sideways`);
      };
      await clean("0-start");
      await go(page, mock, "list");
      await page.waitForSelector(".map tbody td");
      await clean("1-list");
      await page.locator('[data-goes="1"]').evaluate((button) => button.click());
      await clean("1-list-menu");
      await page.locator('[role="option"]', { hasText: "Its values" }).click();
      await page.waitForSelector("dialog");
      await clean("1-list-values");
      await page.keyboard.press("Escape");
      answer(mock);
      await go(page, mock, "problems");
      await page.waitForSelector(".group");
      await clean("2-problems");
      await page.keyboard.press("F8");
      await page.waitForFunction(() => document.activeElement.matches("td"));
      for (const [key, name] of [["Control+i", "2-problems-sent"], ["F1", "keys"]]) {
        await page.keyboard.press(key);
        await page.waitForSelector("dialog");
        await clean(name);
        await page.keyboard.press("Escape");
      }
      await page.keyboard.press("F2");
      await page.waitForSelector(".hint p");
      await clean("2-problems-editor");
      await page.keyboard.press("Escape");
      await go(page, mock, "plan");
      await clean("3-plan-where");
      await page.locator(".left .btn", { hasText: "Real service" }).click();
      await clean("3-plan-login");
      await page.fill("[name=partner]", "Nordwind IT GmbH (technik@nordwind.example)");
      await page.fill("[name=user]", "importer");
      await page.fill("[name=password]", "x");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".facts .bill");
      await clean("3-plan");
      await page.click('[data-key="next"]');
      await clean("4-confirm");
      await page.fill(".typed", (await page.textContent("dialog .primary")).replace(/\D/g, ""));
      await page.keyboard.press("Enter");
      await page.waitForSelector(".is-created");
      await page.waitForTimeout(600);
      await clean("4-run");
      const run = [...mock.world.runs.values()][0];
      mock.world.outage(run);
      await page.waitForSelector(".banner.bad");
      await clean("4-outage");
      mock.world.perTick = 400;
      mock.world.act(run, "try_now");
      await page.waitForSelector("text=See the results");
      await page.locator('[data-key="results"]').evaluate((link) => link.click());
      await page.waitForSelector(".files");
      await page.click("summary");
      await clean("5-results");
    }));
  }
});

/** The longest task of the page's own thread in a trace: in its own time, which others on the machine do not lengthen. */
const tasksOf = (trace) => {
  const { traceEvents } = JSON.parse(trace);
  const own = new Set(traceEvents.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain").map((one) => `${one.pid} ${one.tid}`));
  const tasks = traceEvents.filter((one) => one.ph === "X" && one.name.endsWith("RunTask") && own.has(`${one.pid} ${one.tid}`));
  return { busy: Math.max(...tasks.map((one) => (one.tdur ?? one.dur) / 1000)), wall: Math.max(...tasks.map((one) => one.dur / 1000)) };
};

test("100,000 rows of 30 columns scroll from end to end", { timeout: 180_000, skip: SLOW && "measures" }, () => on({ lists: ["large.csv"] }, async (page, mock) => {
  const list = mock.world.list("l1");
  list.sums();
  const begun = Date.now();
  await go(page, mock, "problems");
  await page.waitForSelector(".grid tbody td:has-text('Alpina')");
  const figures = { "first rows, ms": Date.now() - begun };
  await becomes(() => page.getAttribute(".grid", "aria-rowcount"), "100001");
  await becomes(() => page.getAttribute(".grid", "aria-colcount"), "34");
  await browser.startTracing(page, { categories: ["toplevel"] });
  const scrolled = await page.evaluate(async () => {
    const box = document.querySelector(".gridbox");
    const frames = [];
    let last = performance.now();
    const frame = () => new Promise((done) => { requestAnimationFrame((now) => { frames.push(now - last); last = now; done(); }); });
    const end = box.scrollHeight - box.clientHeight;
    // By the wheel, by the page, and the bar dragged from end to end.
    for (let step = 0; step < 120; step += 1) { box.scrollTop += 110; await frame(); }
    for (let step = 0; step < 40; step += 1) { box.scrollTop += box.clientHeight; await frame(); }
    for (let step = 0; step <= 150; step += 1) { box.scrollTop = (end * step) / 150; await frame(); }
    for (let step = 0; step < 60; step += 1) { box.scrollLeft += 40; await frame(); }
    for (let step = 100; step >= 0; step -= 1) { box.scrollTop = (end * step) / 100; await frame(); }
    await new Promise((done) => { setTimeout(done, 400); });
    frames.sort((a, b) => a - b);
    return { median: frames[frames.length >> 1], rows: document.querySelectorAll(".grid tbody tr").length };
  });
  const tasks = tasksOf(await browser.stopTracing());
  await page.evaluate(() => { document.querySelector(".gridbox").scrollTop = 1e9; });
  await page.waitForSelector(".grid tbody th:text-is('100001')");
  await page.locator(".grid td").first().click();
  await page.keyboard.press("Control+Home");
  await page.waitForSelector(".grid tbody th:text-is('2')");
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  const keystroke = await page.evaluate(async () => {
    const at = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true }));
    await new Promise((done) => { requestAnimationFrame(done); });
    return Math.round(performance.now() - at);
  });
  Object.assign(figures, { "frame while scrolling, ms": Math.round(scrolled.median), "longest task of the page's thread, ms": Math.round(tasks.busy), "with waiting for a busy machine": Math.round(tasks.wall), "rows in the document": scrolled.rows, "heap, MB": Math.round(usedSize / 1e5) / 10, "key to editor, ms": keystroke });
  console.log(`100,000 rows: ${JSON.stringify(figures)}`);
  assert.ok(tasks.busy > 0 && tasks.busy < MOST_MS, `a task of ${tasks.busy} ms held the page up`);
  assert.ok(usedSize < MOST_HEAP, `${usedSize} bytes of heap`);
  assert.ok(scrolled.rows < 120);
}));
