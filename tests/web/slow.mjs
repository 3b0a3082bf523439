// What a busy machine does to a page, on purpose: SLOW=200 lets each request leave up to 200 ms late, in any
// order, and gives the page a sixth of the processor. A test that reads what is not there yet fails with it.

const LATE_MS = Number(process.env.SLOW ?? 0);
export const SLOW = LATE_MS > 0;
const THROTTLE = 6;

/** @param {import("playwright-core").Page} page before it goes anywhere */
export const slowed = async (page) => {
  if (!SLOW) return;
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
  await page.route("**/*", async (route) => {
    await new Promise((done) => { setTimeout(done, Math.random() * LATE_MS); });
    await route.continue().catch(() => {});
  });
};
