// What a page shows comes a moment after what was done: a test waits for it instead of reading at once.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

const EVERY_MS = 25;
const LONGEST_MS = 6000;

/** Waits until what is read is as wanted (equal, or matched); what it was last fails the test. */
export const becomes = async (read, wanted, why) => {
  const end = Date.now() + LONGEST_MS;
  const isSo = (now) => wanted instanceof RegExp ? wanted.test(now) : isDeepStrictEqual(now, wanted);
  let now = await read();
  while (!isSo(now) && Date.now() < end) {
    await new Promise((done) => { setTimeout(done, EVERY_MS); });
    now = await read();
  }
  if (wanted instanceof RegExp) assert.match(String(now), wanted, why);
  else assert.deepEqual(now, wanted, why);
};

/** Waits until the element says what is wanted. */
export const says = (page, selector, wanted, why) => becomes(() => page.textContent(selector), wanted, why);
