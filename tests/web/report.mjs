// Drives report.html in a real Chromium: what people do with it, and what it must never do.
//   PROGRAM=target/release/partner-import node --test tests/web/report.mjs
// CHROMIUM names another browser, SHOTS a directory for screenshots; see README.md.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { BIG, HOSTILE, Maker, makeAll } from "./make.mjs";
import { becomes } from "./becomes.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PROGRAM = process.env.PROGRAM || fileURLToPath(new URL("../../target/release/partner-import", import.meta.url));
const SHOTS = process.env.SHOTS;
/** Where the picture in the README goes. */
const PICTURES = process.env.PICTURES;
/** Where make.mjs has made the reports already. */
const REPORTS = process.env.REPORTS;
/** No single step may keep a person waiting for longer, on a slow and busy machine. */
const MOST_MS = 2500;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
let browser;
let pages;
let place;

before(async () => {
  assert.ok(executablePath, "no Chromium: apt-get install chromium, or name one in CHROMIUM");
  place = mkdtempSync(join(tmpdir(), "report-web-"));
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  pages = REPORTS ? Object.fromEntries(readdirSync(REPORTS).map((name) => [name, resolve(REPORTS, name, "report.html")])) : await makeAll(PROGRAM, place);
  // Containers have no user namespaces for the sandbox of a browser that root starts.
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  if (place) rmSync(place, { recursive: true, force: true });
});

/** Opens a report and hands it to `use`; whatever it complains of, asks for or runs, fails the test. */
const on = async (name, options, use) => {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => wrong.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push("error: " + error.message));
  page.on("dialog", (dialog) => { wrong.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("popup", () => wrong.push("a window was opened"));
  const address = pathToFileURL(pages[name]).href;
  page.on("request", (request) => { if (request.url().split("#")[0] !== address) wrong.push("asked for " + request.url()); });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective));
  });
  await page.goto(address);
  try {
    await use(page);
    assert.equal(await page.evaluate("window.hit"), undefined, "a script of the input ran");
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
};
const dataOf = (name) => {
  const [, block] = readFileSync(pages[name], "utf8").split('<script type="application/json" id="data">');
  return JSON.parse(block.split("</script>")[0]);
};
const says = async (page, rows, total) => {
  const text = `${rows.toLocaleString("en")} of ${total.toLocaleString("en")} rows`;
  await page.waitForFunction((wanted) => document.getElementById("shown").textContent === wanted, text, { timeout: 5000 })
    .catch(async () => assert.equal(await page.textContent("#shown"), text));
};
const numbers = (page) => page.$$eval("#rows button", (buttons) => buttons.map((button) => button.textContent));
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: join(SHOTS, name + ".png"), fullPage: true }); };
const [NUMBER, STATUS, ID, CODE, MESSAGE, CELLS] = [1, 2, 3, 5, 6, 7];
/** The statuses up to this one are those of customers that are in the tenant. */
const LAST_THERE = 2;

describe("a run with rows of every status", { timeout: 60_000 }, () => {
  test("says how it stands, then counts, what to do and what went wrong", () => on("everything", { timezoneId: "Asia/Tokyo" }, async (page) => {
    const { rows, statuses } = dataOf("everything");
    assert.match(await page.textContent("h1"), /^Stopped: \d+ of \d+ customers are in the tenant$/);
    assert.match(await page.textContent(".lead"), /^The run stopped before its end\. Left: \d+ rows not sent yet/);
    const counts = await page.$$eval(".counts b", (all) => all.map((one) => Number(one.textContent)));
    assert.deepEqual(counts, statuses.map((_, status) => rows.filter((row) => row[STATUS] === status).length));
    assert.ok(counts.every((count) => count > 0), `every status is there: ${counts}`);
    // Times are the reader's.
    const began = await page.$eval(".when time", (one) => [one.dateTime, one.textContent]);
    const hour = String((Number(began[0].slice(11, 13)) + 9) % 24).padStart(2, "0");
    assert.match(began[1], new RegExp(`, ${hour}:${began[0].slice(14, 16)} GMT\\+9$`));
    assert.match(await page.textContent("#zone"), /Asia\/Tokyo/);
    // What it opens on is what did not make it, ways on first.
    await says(page, rows.filter((row) => row[STATUS] > LAST_THERE).length, rows.length);
    assert.match(await page.textContent(".steps code"), /^partner-import resume /);
    assert.deepEqual(await page.$$eval(".files a", (all) => all.map((one) => one.getAttribute("href"))), ["results.xlsx", "rejected.csv", "results.csv"]);
    const policy = await page.getAttribute("meta[http-equiv]", "content");
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'/);
    assert.match(await page.textContent(".problem:has-text('V201')"), /Level:?\s*The level is not one of the service's V201\s*1 row[\s\S]*EndCustomr \u2192 EndCustomer\s*row 17/);
    assert.match(await page.textContent(".problem:has-text('V401')"), /2 rows[\s\S]*Atlantis is not a known country[\s\S]*1 row below waits for this and will follow \(row 22\)/);
    // A row with two problems tells each in its own words.
    const unknownParent = await page.textContent(".problem:has-text('T101')");
    assert.equal(unknownParent.match(/Nobody at all/g).length, 1, unknownParent);
    assert.ok(await page.locator(".why p").first().isHidden(), "the reasons are folded");
    assert.equal(await sideways(page), 0);
    await shot(page, "light");
  }));

  test("filters, searches and sorts", () => on("everything", {}, async (page) => {
    const { rows, statuses } = dataOf("everything");
    const count = (holds) => rows.filter(holds).length;
    const created = page.locator(".counts button", { hasText: "created" });
    await created.click();
    await says(page, count((row) => row[STATUS] === statuses.indexOf("created")), rows.length);
    assert.equal(await created.getAttribute("aria-pressed"), "true");
    await created.click();
    await says(page, rows.length, rows.length);
    assert.equal(await created.getAttribute("aria-pressed"), "false");
    await page.selectOption("#code", "V403");
    await says(page, count((row) => row[CODE].split(" ").includes("V403")), rows.length);
    await page.getByRole("button", { name: "Show all rows" }).click();
    assert.ok(await page.locator("#reset").isHidden(), "there is nothing more to be shown");
    await page.fill("#search", "DR. MOLLER");
    await says(page, 1, rows.length);
    await page.fill("#search", "株式会社");
    await says(page, 1, rows.length);
    await page.fill("#search", "no such text");
    await says(page, 0, rows.length);
    assert.match(await page.textContent("#rows"), /No row matches/);
    await page.click("#reset");
    await page.click('[data-key="id"] button');
    await page.click('[data-key="id"] button');
    const highest = Math.max(...rows.map((row) => row[ID]));
    assert.equal(await page.textContent("#rows .c-id"), String(highest));
    assert.equal(await page.getAttribute('[data-key="id"]', "aria-sort"), "descending");
    // A problem's rows, and those that wait for them.
    await page.locator(".problem", { hasText: "V401" }).getByRole("button").click();
    await says(page, 2, rows.length);
    assert.deepEqual(await page.$$eval("#rows .st", (all) => all.map((one) => one.textContent)), ["invalid", "blocked"]);
  }));

  test("shows messages in full, names instead of ids, and the cell at fault", () => on("everything", {}, async (page) => {
    const { rows, statuses } = dataOf("everything");
    const failed = rows.find((row) => statuses[row[STATUS]] === "failed");
    const message = page.locator("#rows tr", { hasText: "Vergeben" }).locator(".c-message");
    assert.ok((await message.textContent()).includes(failed[MESSAGE]));
    const cut = await message.evaluate((cell) => cell.scrollWidth > cell.clientWidth || cell.scrollHeight > cell.clientHeight + 1);
    assert.equal(cut, false, "nothing of it is cut off");
    assert.ok((await message.boundingBox()).height > 45, "it is wrapped");
    await page.getByRole("button", { name: "Row 18, details" }).click();
    const country = page.locator("#detail dd.at-fault");
    assert.match(await country.textContent(), /^Korea.*fits several countries \u2192 South Korea \(KR\) or North Korea \(KP\)$/);
    assert.equal(await country.evaluate((cell) => cell.previousElementSibling.textContent), "Country");
    await page.keyboard.press("Escape");
    // A name that is missing is marked where it is missing.
    await page.getByRole("button", { name: "Row 16, details" }).click();
    assert.match(await page.textContent("#detail dd.at-fault.error"), /^empty.*the name is missing$/);
    await page.keyboard.press("Escape");
    await page.selectOption("#which", "exists");
    await page.locator("#rows button").first().click();
    assert.match(await page.textContent("#detail"), /BelowSandbox MSP/);
    assert.doesNotMatch(await page.textContent("#detail"), /1000/);
  }));

  test("copies the rows that are shown, nothing of them a formula", async () => {
    for (const [name, search] of [["everything", "Kunde 1 AG"], ["hostile", "HYPERLINK"]]) {
      await on(name, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
        await page.selectOption("#which", "");
        const all = await page.textContent("#shown");
        await page.fill("#search", search);
        await becomes(async () => await page.textContent("#shown") !== all, true);
        await page.click("#copy-rows");
        await page.getByRole("button", { name: "Copied" }).waitFor({ timeout: 5000 });
        const text = await page.evaluate(() => navigator.clipboard.readText());
        const shown = await numbers(page);
        const lines = text.trimEnd().split(/\r?\n/);
        assert.match(lines[0], /^Row\tStatus\tID\tName\tParent\tLevel/);
        const [found] = (await page.textContent("#shown")).split(" ");
        assert.equal(lines.length, Number(found) + 1, text);
        assert.ok(Number(found) > 0);
        assert.equal(lines[1].split("\t")[0], shown[0]);
        assert.doesNotMatch(text, /(^|\t)"?[=@+-]/m, text);
        assert.ok(text.includes(search));
      });
    }
  });

  test("is used with the keyboard alone", () => on("everything", {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "rows-title");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "which");
    await page.keyboard.press("ArrowDown");
    await says(page, dataOf("everything").rows.length, dataOf("everything").rows.length);
    await page.locator("#rows button").first().focus();
    const shown = await numbers(page);
    for (let step = 0; step < 30; step += 1) await page.keyboard.press("ArrowDown");
    await page.waitForTimeout(100);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), String(dataOf("everything").rows[30][NUMBER]), `from ${shown[0]}`);
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("#detail").isVisible());
    assert.match(await page.textContent("#detail-title"), /^Row 32: /);
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#detail").isHidden());
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "32");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus is seen");
  }));

  test("draws the tree with parents that exist, by their names", () => on("everything", {}, async (page) => {
    const tree = page.locator("#tree");
    assert.ok(await tree.isHidden(), "it is folded away");
    await page.locator("#tree-fold > summary").click();
    assert.match(await tree.locator("summary").first().textContent(), /^Below Sandbox MSP/);
    const reseller = tree.locator("summary", { hasText: "Nordlicht Systemhaus" });
    assert.match(await reseller.textContent(), /83 below, \d+ of them not in the tenant/);
    await reseller.click();
    await tree.locator("summary", { hasText: "Kunde 3 AG" }).click();
    await tree.locator(".leaf", { hasText: "Filiale Nord" }).waitFor({ timeout: 5000 });
    assert.equal(await page.locator("svg[role=img]").count(), 0, "a run of seconds has no shape");
  }));

  test("on a phone rows keep their names and nothing scrolls sideways", () => on("everything", { viewport: PHONE, isMobile: true, hasTouch: true }, async (page) => {
    assert.equal(await sideways(page), 0);
    const row = page.locator("#rows tr[aria-rowindex]").first();
    const name = await row.locator(".c-name").boundingBox();
    assert.ok(name.width > 120, `the name has ${name.width} pixels`);
    assert.ok(name.x + name.width <= PHONE.width);
    const under = await row.locator(".under").evaluate((one) => [one.scrollWidth - one.clientWidth, one.textContent]);
    assert.ok(under[0] <= 0 && under[1].includes("the name is missing"), under.join());
    await row.getByRole("button").tap();
    assert.ok(await page.locator("#detail").isVisible());
    await page.click("#detail-close");
    await shot(page, "phone");
  }));

  test("follows the system's theme and the reader's", () => on("everything", { colorScheme: "dark" }, async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await ground(), "rgb(15, 19, 23)");
    await shot(page, "dark");
    await page.click("#theme");
    assert.equal(await ground(), "rgb(243, 245, 248)");
    await page.reload();
    assert.equal(await ground(), "rgb(243, 245, 248)");
  }));

  test("with colours of the reader's own, bars keep theirs", () => on("everything", { forcedColors: "active" }, async (page) => {
    const fill = await page.$eval(".shares rect.created", (bar) => getComputedStyle(bar).fill);
    assert.equal(fill, "rgb(30, 123, 69)");
    await shot(page, "forced");
  }));

  test("nothing moves where motion is not wanted", () => on("everything", { reducedMotion: "reduce" }, async (page) => {
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length);
    assert.equal(moving, 0);
  }));

  test("on paper the chosen rows are there, black on white, within the sheet", () => on("everything", { colorScheme: "dark", viewport: { width: 680, height: 1000 } }, async (page) => {
    await page.selectOption("#which", "");
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal((await numbers(page)).length, dataOf("everything").rows.length);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    assert.equal(await sideways(page), 0);
    assert.ok(await page.locator("#tree .leaf", { hasText: "Filiale Nord" }).isVisible());
    assert.ok(await page.locator(".why p").first().isVisible(), "the reasons are unfolded");
    if (SHOTS) await page.pdf({ path: join(SHOTS, "paper.pdf"), format: "A4" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.ok(await page.locator("#tree .leaf", { hasText: "Filiale Nord" }).isHidden(), "the tree is folded again");
  }));
});

describe("other runs", { timeout: 60_000 }, () => {
  test("a sheet full of scripts and formulas shows itself as text", () => on("hostile", {}, async (page) => {
    await page.selectOption("#which", "");
    const names = await page.$$eval("#rows .c-name bdi", (all) => all.map((one) => one.textContent));
    for (const text of HOSTILE.slice(0, 3)) assert.ok(names.includes(text), text);
    await page.locator("#rows button").nth(1).click();
    assert.ok((await page.textContent("#detail")).includes(HOSTILE[1]));
    await page.keyboard.press("Escape");
    for (const text of ["<script>", "__proto__", "constructor"]) {
      await page.fill("#search", text);
      await page.waitForTimeout(200);
      assert.ok((await numbers(page)).length > 0, text);
    }
    assert.equal(await page.locator("img, iframe, object, embed, link, base, form").count(), 0);
    assert.equal(await page.locator("main script, main style").count(), 0);
  }));

  test("a run with nothing but errors", () => on("errors", {}, async (page) => {
    assert.equal(await page.textContent("h1"), "Nobody created, 3 need you");
    assert.equal(await page.locator("svg[role=img]").count(), 0);
    assert.match(await page.textContent("main"), /Requests\s*none/);
    assert.match(await page.textContent(".lead"), /^3 rows need fixing\./);
  }));

  test("a run that was undone says so first", () => on("undone", {}, async (page) => {
    assert.match(await page.textContent("h1"), /^Undone: 2 customers removed$/);
    assert.match(await page.textContent("main > .undo"), /This run was undone[\s\S]*2 removed/);
    assert.deepEqual(await page.$$eval("#rows .st", (all) => all.map((one) => one.textContent)), ["created, removed", "created, removed"]);
  }));
});

test(`${BIG} rows are quick`, { timeout: 90_000 }, () => on("big", {}, async (page) => {
  const { rows, statuses } = dataOf("big");
  assert.equal(rows.length, BIG);
  const figures = {};
  const keep = (what, ms) => {
    figures[what] = Math.round(ms);
    assert.ok(ms < MOST_MS, `${what}: ${Math.round(ms)} ms`);
  };
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  figures["first paint"] = Math.round(paint);
  figures["ready"] = Math.round(await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
  assert.ok(figures.ready < 4 * MOST_MS, `ready after ${figures.ready} ms`);
  /** Does it and waits for the count to be right; the time a person would see. */
  const timed = async (what, act, wanted) => {
    const took = page.evaluate(({ text }) => new Promise((done, failed) => {
      const began = performance.now();
      const look = () => {
        if (document.getElementById("shown").textContent === text) done(performance.now() - began);
        else if (performance.now() - began > 20_000) failed(new Error(document.getElementById("shown").textContent + " instead of " + text));
        else requestAnimationFrame(look);
      };
      look();
    }), { text: `${wanted.toLocaleString("en")} of ${BIG.toLocaleString("en")} rows` });
    await act();
    keep(what, await took);
  };
  const bad = rows.filter((row) => statuses[row[STATUS]] === "invalid").length;
  // The same mistake in many rows is one, and the run was long enough for its time to have a shape.
  assert.match(await page.textContent(".problem"), new RegExp(`Korea \u2192 South Korea \\(KR\\) or North Korea \\(KP\\) ${bad.toLocaleString("en")} rows: 51, 101, 151`));
  await says(page, bad, BIG);
  if (await page.locator("svg[role=img]").count()) {
    assert.equal(await page.locator("svg[role=img]").count(), 3);
    await page.locator(".figures summary").click();
    const sum = (column) => page.$$eval(`.figures tbody tr td:nth-child(${column})`, (all) => all.reduce((sum, one) => sum + Number(one.textContent.replaceAll(",", "")), 0));
    assert.equal(await sum(2), BIG - bad);
    assert.ok(await sum(4) >= BIG - bad);
  }
  await page.click("#reset");
  assert.ok(bad > 900, String(bad));
  const having = (...words) => rows.filter((row) => {
    const all = [row[NUMBER], row[ID] || "", row[CODE], row[MESSAGE], ...row[CELLS]].join("\n").toLowerCase();
    return words.every((word) => all.includes(word));
  }).length;
  await timed("first search", () => page.fill("#search", "Kunde Nr. 4711"), having("kunde", "nr.", "4711"));
  await timed("search", () => page.fill("#search", "stadt 99"), having("stadt", "99"));
  // However many rows match, a keystroke draws only those in view.
  const drawn = await page.evaluate(() => new Promise((done) => {
    let nodes = 0;
    const count = (added) => added.querySelectorAll ? 1 + added.querySelectorAll("*").length : 1;
    const watch = new MutationObserver((changes) => {
      for (const change of changes) for (const added of change.addedNodes) nodes += count(added);
    });
    watch.observe(document.documentElement, { childList: true, subtree: true });
    const search = document.getElementById("search");
    search.value = "";
    search.dispatchEvent(new Event("input"));
    setTimeout(() => { watch.disconnect(); done(nodes); }, 1500);
  }));
  await says(page, BIG, BIG);
  figures["nodes drawn per keystroke"] = drawn;
  assert.ok(drawn > 100 && drawn < 3000, `${drawn} nodes for one keystroke`);
  const all = await page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok(all < 5000, `${all} elements in the page`);
  await timed("filter by status", () => page.selectOption("#which", "invalid"), bad);
  await page.click("#reset");
  await timed("filter by code", () => page.selectOption("#code", "V403"), bad);
  await page.click("#reset");
  keep("sort by name", await page.evaluate(() => {
    const began = performance.now();
    document.querySelector('[data-key="name"] button').click();
    document.body.getBoundingClientRect();
    return performance.now() - began;
  }));
  await page.click('[data-key="row"] button');
  keep("scroll to the end", await page.evaluate(async () => {
    const pane = document.getElementById("window");
    const began = performance.now();
    pane.scrollTop = pane.scrollHeight;
    await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
    return performance.now() - began;
  }));
  await page.waitForTimeout(200);
  assert.equal((await numbers(page)).at(-1), String(rows.at(-1)[NUMBER]));
  assert.ok((await numbers(page)).length < 150, "few of them are in the document");
  const last = await page.locator("#rows tr[aria-rowindex]").last().boundingBox();
  const pane = await page.locator("#window").boundingBox();
  assert.ok(last.y + last.height <= pane.y + pane.height + 2, "the last row is seen");
  console.log(`${BIG} rows, in ms: ${JSON.stringify(figures)}`);
}));

describe("no violation of accessibility rules", { timeout: 300_000 }, () => {
  for (const name of ["everything", "errors", "undone", "big"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const viewport of [DESKTOP, PHONE]) {
        test(`${name}, ${colorScheme}, ${viewport.width} wide`, () => on(name, { colorScheme, viewport }, async (page) => {
          const tree = page.locator("#tree summary");
          for (let at = 0; at < Math.min(3, await tree.count()); at += 1) {
            await tree.nth(at).evaluate((summary) => { summary.parentElement.open = true; });
          }
          for (const fold of await page.$$("main details")) await fold.evaluate((one) => { one.open = true; });
          // Comes in through the debugger: the page's own policy would forbid it.
          await page.evaluate(AXE + ";0");
          const look = () => page.evaluate(() => axe.run().then(({ violations, passes }) => ({
            checked: passes.length,
            found: violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`),
          })));
          const outside = await look();
          assert.deepEqual(outside.found, []);
          assert.ok(outside.checked > 15, "axe looked at the page");
          await page.locator("#rows button").first().click();
          assert.deepEqual((await look()).found, [], "with the details of a row");
        }));
      }
    }
  }
});

test("the picture in the README", { skip: !PICTURES, timeout: 60_000 }, async () => {
  // Its commands name this place.
  const office = join(tmpdir(), "office");
  assert.ok(!existsSync(office), `${office} is in the way`);
  try {
    pages.picture = new Maker(PROGRAM, office).picture();
    const file = join(PICTURES, "6-report.png");
    await on("picture", {}, (page) => page.screenshot({ path: file }));
    assert.ok(statSync(file).size < 200_000, "small enough for a repository");
  } finally {
    rmSync(office, { recursive: true, force: true });
  }
});
