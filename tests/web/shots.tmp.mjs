import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";
const [dir, ...what] = process.argv.slice(2);
const pages = { small: "/tmp/h/rep/out/small", two: "/tmp/h/rep/out/two", big: "/tmp/h/rep/r/big", everything: "/tmp/h/rep/r/everything", errors: "/tmp/h/rep/r/errors", undone: "/tmp/h/rep/r/undone" };
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const job of what) {
  const [name, look] = job.split(":");
  const phone = look.includes("phone");
  const context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 }, colorScheme: look.includes("dark") ? "dark" : "light", timezoneId: "Europe/Berlin", deviceScaleFactor: 1, hasTouch: phone, isMobile: phone });
  const page = await context.newPage();
  page.on("console", (m) => console.log(name, m.text()));
  page.on("pageerror", (m) => console.log(name, m.message));
  await page.goto(pathToFileURL(pages[name] + "/report.html").href);
  if (look.includes("detail")) await page.locator("#rows button").nth(1).click();
  if (look.includes("paper")) await page.pdf({ path: `${dir}/${name}-paper.pdf`, format: "A4" });
  else await page.screenshot({ path: `${dir}/${name}-${look}.png`, fullPage: !look.includes("detail") });
  await context.close();
}
await browser.close();
