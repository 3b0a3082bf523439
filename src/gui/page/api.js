// To the process and back, as in ../api.md.
/** @import { Fault, ServerEvent, Session } from "../types.js" */

const KEY = "partner-import";
/** A line at least each 15 seconds is promised. */
const SILENCE_MS = 40_000;
const WAITS_MS = [500, 1000, 2000, 4000, 5000];

/** Nothing is kept of what goes to the process, and nobody else is told of it. @type {RequestInit} */
const PLAIN = { mode: "cors", credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" };

let secret = sessionStorage.getItem(KEY) ?? "";

/** What the process answered in place of what was asked. */
export class Refused extends Error {
  /**
   * @param {number} status 0: it did not answer at all
   * @param {Fault["error"]} fault
   */
  constructor(status, fault) {
    super(fault.says || fault.title);
    this.status = status;
    this.fault = fault;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, bytes?: Blob, signal?: AbortSignal }} [more]
 */
const ask = async (method, path, { body = {}, bytes, signal } = {}) => {
  /** @type {Record<string, string>} */
  const headers = { "X-Partner-Import": secret };
  if (bytes) headers["Content-Type"] = "application/octet-stream";
  else if (method !== "GET") headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      ...PLAIN, method, headers, signal, body: bytes ?? (method === "GET" ? undefined : JSON.stringify(body)),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, { code: "unreachable", title: "partner-import does not answer", says: "The connection to the program was lost.", field: null, holder: null });
  }
  if (answer.ok) return answer;
  const answered = await answer.json().catch(() => null);
  if (answer.status === 401) state("ended");
  throw new Refused(answer.status, answered?.error ?? { code: "failed", title: "That did not work", says: `The program answered ${answer.status}.`, field: null, holder: null });
};

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export const get = async (path, signal) => (await ask("GET", path, { signal })).json();
/**
 * @template T
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<T>}
 */
export const post = async (path, body) => (await ask("POST", path, { body })).json();
/** @param {string} path */
export const remove = async (path) => { await ask("DELETE", path); };
/**
 * @template T
 * @param {string} path
 * @param {Blob} bytes
 * @returns {Promise<T>}
 */
export const upload = async (path, bytes) => (await ask("POST", path, { bytes })).json();

/**
 * A file of the process, kept by the browser under `name`.
 * @param {string} path
 * @param {string} name
 */
export const download = async (path, name) => {
  const blob = await (await ask("GET", path)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/**
 * Takes the launch link's token out of the address and changes it for the secret.
 * @returns {Promise<boolean>} whether there is a secret to speak with
 */
export const enter = async () => {
  const token = location.hash.slice(1);
  if (token && !token.startsWith("/")) {
    history.replaceState(null, "", location.pathname);
    /** @type {Session} */
    const session = await post("/api/session", { token });
    secret = session.secret;
    sessionStorage.setItem(KEY, secret);
  }
  return secret !== "";
};

// --- events ---

/** @typedef {"live" | "lost" | "ended"} Connection */
/** @type {Map<string, Set<(data: any) => void>>} */
const listeners = new Map();
/** @type {Set<(now: Connection) => void>} */
const watchers = new Set();
/** @type {Connection} */
let now = "live";
let seen = 0;
/** The last event of each subject, for who begins to listen after it came. @type {Map<string, any>} */
const latest = new Map();

/** @param {Connection} next */
const state = (next) => {
  if (now === next || now === "ended") return;
  now = next;
  watchers.forEach((watch) => watch(next));
};

/**
 * Also says what came last, since that may have been while the view was fetching what it shows.
 * @template {ServerEvent["event"]} E
 * @param {E} event
 * @param {(data: Extract<ServerEvent, { event: E }>["data"]) => void} listener
 * @returns {() => void} ends it
 */
export const listen = (event, listener) => {
  /** @type {Set<any>} */
  const all = listeners.get(event) ?? new Set();
  listeners.set(event, all.add(listener));
  queueMicrotask(() => { for (const [subject, data] of latest) if (subject.startsWith(event + " ") && event !== "start" && all.has(listener)) listener(data); });
  return () => { all.delete(listener); };
};
/** @param {(now: Connection) => void} watch @returns {() => void} ends it */
export const watchConnection = (watch) => {
  watchers.add(watch);
  return () => { watchers.delete(watch); };
};

/** @param {string} block the lines of one event */
const take = (block) => {
  let event = "";
  let data = "";
  let seq = 0;
  for (const line of block.split("\n")) {
    if (line.startsWith("id:")) seq = Number(line.slice(3));
    else if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data += line.slice(5);
  }
  if (!event || seq <= seen) return;
  seen = seq;
  const value = JSON.parse(data || "{}");
  latest.set(`${event} ${value.list ?? value.run ?? ""}`, value);
  listeners.get(event)?.forEach((listener) => listener(value));
};

const stream = async () => {
  const ender = new AbortController();
  let silence = setTimeout(() => ender.abort(), SILENCE_MS);
  try {
    const answer = await fetch(`/events?after=${seen}`, {
      ...PLAIN, headers: { "X-Partner-Import": secret }, signal: ender.signal,
    });
    if (answer.status === 401) return state("ended");
    if (!answer.ok || !answer.body) return;
    state("live");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => ender.abort(), SILENCE_MS);
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      blocks.forEach(take);
    }
  } finally {
    clearTimeout(silence);
    ender.abort();
  }
};

/** Listens for as long as the process lives, and takes up again where it was. */
export const follow = async () => {
  for (let tries = 0; now !== "ended"; tries += 1) {
    const before = seen;
    const begun = Date.now();
    await stream().catch(() => {});
    if (/** @type {Connection} */ (now) === "ended") return;
    state("lost");
    if (seen > before || Date.now() - begun > 5000) tries = 0;
    await new Promise((done) => { setTimeout(done, WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]); });
  }
};
