// The types between the page and the process: the blocks of api.md, held to them by a test. Never sent.

export interface Fault { error: { code: FaultCode; title: string; says: string; field: string | null; holder: Holder | null } }
export type FaultCode =
  | "session" // 401: no secret, or that of another process
  | "token" // 403: the launch link is used up or was mistyped too often
  | "not_found" // 404
  | "refused" // 422: the list is not read; `says` is the reader's own refusal
  | "value" // 422: what was asked for makes no sense, `field` names what
  | "stale" // 409: the cell says something else by now, or the plan no longer fits
  | "typed" // 422: the typed number is not the one that counts
  | "login" // 422: the service refused the login, in its words
  | "unreachable" // 502: the service does not answer
  | "locked" // 409: another run holds the lock; `holder` is that run
  | "busy" // 409: not while a run of this list is under way
  | "changed" // 409: the list was changed since the run began that is to be continued: `anyway` continues it
  | "unfinished" // 409: an earlier run of the list is not finished; `holder` is that run, `give_up` gives it up
  | "too_large" // 413
  | "failed"; // 500: the process's own fault
/** Who holds the lock of a tenant. `run` is null where it is of another state directory. */
export interface Holder { run: string | null; name: string; says: string }

export interface SessionAsk { token: string }
export interface Session { secret: string; version: string }

export interface Start {
  version: string;
  /** The list that was named on the command line. */
  opened: string | null;
  /** What a file's name may end in, with the dot, for the file chooser. */
  accepts: string[];
  /** The PSA and RMM exports that are recognised, as people call them. */
  exports: string[];
  /** Runs that did not come to their end, or are under way: newest first. */
  unfinished: RunCard[];
  /** Lists and runs of the command line, newest first, at most 50. */
  recent: ListCard[];
}
export interface ListCard {
  /** Null: a run of the command line whose list is not kept here. */
  list: string | null;
  run: string | null;
  name: string;
  rows: number;
  state: "ok" | "warning" | "error" | "pending";
  says: string;
  /** "Sandbox", the tenant's name, or null where none was chosen. */
  target: string | null;
  at: string;
  step: Step;
}
export interface RunCard { run: string; list: string | null; name: string; state: RunState; says: string; counts: Counts; from: "page" | "command line" }
export type Step = "list" | "problems" | "plan" | "run" | "results";

export interface Made { list: string }
export interface List {
  list: string;
  name: string;
  state: "reading" | "ready" | "empty" | "refused";
  /** While it is reading: rows so far. */
  rows_read: number;
  /** For `empty` and `refused`: what and why. */
  title: string;
  says: string;
  revision: number;
  /** Rises when something is said of it beside its cells: of columns, values, what it leaves open. */
  said: number;
  /** The check of this revision is still under way: counts and problems are of the one before. */
  checking: boolean;
  understood: Understood;
  columns: Column[];
  /** All fields a column may go to, the usual ones first. */
  fields: Field[];
  questions: Question[];
  /** Fields that one value was given. */
  constants: { field: string; value: string; every: boolean }[];
  /** What was being typed into a cell when an earlier process ended. */
  draft: Draft | null;
  /** How many lines of the file are none of its rows: titles, totals, blank ones, another table. */
  lines: number;
  /** What is said of the file as a whole. */
  remarks: Remark[];
  counts: ListCounts;
  undo: string | null;
  redo: string | null;
  /** Mends that no longer fit the file, and were not applied. */
  stale: StaleMend[];
  /** The newest run of this list. */
  run: string | null;
  /** The furthest step that can be gone to. */
  reached: Step;
}
export interface ListCounts { all: number; in: number; out: number; need: number; blocked: number; warnings: number; mended: number; ready: number; causes: number }
export interface Draft { row: number; column: number; from: string; to: string }
export interface Remark { code: string; severity: "error" | "warning"; says: string; row: number | null; line: number | null }
export interface Lines { lines: { row: number; line: number; text: string; code: string; says: string }[]; more: number }
export interface Understood {
  sheets: { name: string; rows: number }[];
  sheet: string | null;
  header_row: number;
  /** The recognised export's id, "none" where it is a plain list. */
  export: string;
  exports: { id: string; title: string }[];
  /** Null for workbooks. */
  encoding: string | null;
  encodings: string[];
}
export interface UnderstoodAsk { sheet?: string; header_row?: number; export?: string; encoding?: string }
export interface Column {
  /** "A", "B", ...; null for a column that only an answer gives (Level in every row). */
  letter: string | null;
  header: string;
  /** Null: not used. */
  field: string | null;
  /** Money hangs on it and nobody has said it yet. */
  asks: boolean;
  /** It decides which rows are in, in place of going to a field. */
  filters: boolean;
  /** How that was decided: "by its name", "by its values", "you chose it", ... */
  how: string;
  /** What is sent in place of its cells ("every row: CH") or of the empty ones ("where empty: CH"); null: nothing. */
  given: string | null;
  /** Fields that what stands in it fits, best first. */
  fits: Field[];
  sample: string[];
  /** What the field may hold, where that is a closed set (Level, State): offered while typing. */
  options: string[];
  width: "xs" | "s" | "m" | "l" | "xl";
}
export interface Field { field: string; says: string }
export interface ColumnAsk { column: number; field: string | null }
export interface Values { column: number; values: ColumnValue[]; more: number }
export interface ColumnValue { value: string; rows: number; out: boolean; to: string | null }
/** All of what is left out and read as another, not only what changed. */
export interface ValuesAsk { column: number; out: string[]; to: Record<string, string> }
export interface Question {
  id: string;
  title: string;
  says: string;
  choices: Choice[];
  /** The choice's id; null: not answered. */
  answer: string | null;
  /** Values of the chosen column that still have no meaning. */
  open: number;
}
export interface Choice { id: string; title: string; says: string; values: ChoiceValue[]; options: string[] }
export interface ChoiceValue { value: string; rows: number; means: string | null }
export interface ConstantAsk { field: string; value: string; every: boolean }
export interface AnswerAsk { question: string; choice: string; means: Record<string, string> }
export interface StaleMend { cell: string; mended: string; now: string }
/** What was kept, durable. `undo` and `redo` name the step that the key would take. */
export interface Saved { revision: number; says: string; undo: string | null; redo: string | null; rows: Row[] }

export interface Rows { revision: number; total: number; from: number; rows: Row[] }
export interface Row {
  row: number;
  /** By the columns of the list (in a run: of its list as it was sent; in a plan: `PLAN_COLUMNS`). */
  cells: string[];
  /** Only what is not plain: [column, what, in words]. Several for one cell are in this order. */
  marks: [number, Mark, string][];
  /** Why the row is left out; null: it is in. */
  out: string | null;
  /** Of a plan or a run. */
  status: Status | null;
  id: number | null;
  message: string | null;
  /** Of a tree: 1 at the root; 0 where there is no tree. */
  depth: number;
  /** Null: nothing below it. */
  open: boolean | null;
}
/**
 * error, warning, mended by the user (in words: what it was); set: one value is sent, whatever the cell says; ghost: the
 * cell is empty, and this value is sent; later: of a run, what the list says by now, which the run does not send
 */
export type Mark = "error" | "warning" | "mended" | "set" | "ghost" | "later" | "old" | "new";
export type Status =
  | "create" | "differs" | "collides" // of a plan, with exists
  | "sending" | "created" | "exists" | "updated" | "failed" | "invalid" | "blocked" | "unknown" | "pending" | "removed";
export interface Found { position: number | null; column: number; row: number; index: number; total: number }

export interface Cell { row: number; column: number; value: string; file: string; problems: CellProblem[] }
export interface CellProblem { severity: "error" | "warning"; code: string; says: string; suggestions: Suggestion[] }
/** What would be sent for a row, member by member. */
export interface Sent { row: number; name: string; out: string | null; members: { member: string; value: string; from: string }[]; problems: { severity: "error" | "warning"; code: string; says: string }[] }

export interface Problems { revision: number; groups: Group[]; more_groups: number }
export interface Group {
  cause: string;
  kind: "error" | "blocked" | "warning";
  code: string;
  title: string;
  says: string;
  rows: number;
  suggestions: Suggestion[];
  /** How many more suggestions there are, and what takes them all: null where it is no sure thing. */
  more: number;
  take_all: Suggestion | null;
}
export interface Suggestion {
  id: string;
  /** "Germny", or null where it is no replacement. */
  from: string | null;
  /** "Germany", or "Leave out 240 rows whose Type is Vendor". */
  to: string;
  rows: number;
  /** Leads to another step in place of mending. */
  step: Step | null;
  /** The row of the file that it leads to there. */
  row: number | null;
}
export interface NextProblem { row: number | null; column: number; cause: string }

export type Mend =
  | { kind: "cells"; cells: CellMend[] }
  | { kind: "leave_out"; rows: number[] }
  | { kind: "take_back"; rows: number[] }
  | { kind: "suggestion"; id: string }
  | { kind: "undo" }
  | { kind: "redo" };
export type KeyedMend = Mend & { key: string };
export interface CellMend { row: number; column: number; from: string; to: string }

export interface Target {
  mode: "sandbox" | "live" | null;
  /** Whether customers are created in the real service: a sandbox elsewhere says of itself that it is none. */
  real: boolean;
  endpoint: string;
  partner: string;
  user: string;
  /** There is one in memory or in the keyring. */
  password: boolean;
  /** What the system calls its keyring; null: there is none. */
  keyring: string | null;
  /** Null: not connected. */
  root: { name: string; id: number; user: string } | null;
}
/** What a look at the target has come to. */
export interface Findings { findings: Finding[] }
export interface Finding { about: string; verdict: "ok" | "look-at" | "will-fail"; says: string; advice: string | null }
export interface TargetAsk { mode: "sandbox" | "live"; endpoint: string; partner: string; user: string; password: string; keep: boolean }
export interface PlanAsk {
  /** Take the list's values where a customer differs. */
  update: boolean;
  /** Only the rows of that run that did not make it. */
  of_run: string | null;
}
export interface Plan {
  state: "none" | "planning" | "ready" | "failed";
  revision: number;
  /** While planning: "1,200 customers read", for `failed` the reason. */
  title: string;
  says: string;
  update: boolean;
  of_run: string | null;
  counts: PlanCounts;
  /** Of those that are created. */
  by_state: Billed[];
  by_level: { level: string; rows: number }[];
  seconds: number;
  /** "5/s" */
  rate: string;
  /** The list or the target changed since: it must be planned again. */
  stale: boolean;
  /** What the approved plan is called that this one is held against. */
  approved: string | null;
  /** What of the approved plan no longer fits. */
  differences: string[];
}
export interface PlanCounts { all: number; create: number; exists: number; update: number; differs: number; collides: number; not_sent: number; deploy: number }
export interface Billed { state: string; rows: number; says: string; billed: boolean }
export interface Pilot { first: number; create: number; parents: number; seconds: number; billed: number }
/** By the customer's id where `row` is 0. */
export interface FoldAsk { row: number; id: number | null; open: boolean }

export interface RunAsk { list: string; revision: number; first: number | null; typed: string; give_up?: boolean }
export interface Begun { run: string }
export interface DoAsk { action: Action; login?: LoginAsk; anyway?: boolean }
export interface LoginAsk { user: string; password: string; keep: boolean }
export type Action = "pause" | "go_on" | "stop" | "try_now" | "continue";
export interface UndoAsk { typed: string }
export type RunState = "preparing" | "running" | "paused" | "waiting" | "stopping" | "stopped" | "killed" | "finished" | "failed" | "undoing" | "undone";
export interface Run {
  run: string;
  list: string | null;
  /** Of its own rows, as its journal has them: those of the file come first, where they have the list's indexes. */
  columns: Column[];
  name: string;
  mode: "sandbox" | "live";
  root: string;
  from: "page" | "command line";
  state: RunState;
  /** Rises with each change. */
  revision: number;
  counts: Counts;
  /** Customers that this run is to create. */
  to_create: number;
  in_flight: number;
  begun: string;
  ended: string | null;
  /** Seconds left at the present rate; null: not known. */
  left: number | null;
  rate: { now: number; allowed: number; answer_ms: number; history: number[] };
  /** The last errors in the service's words, newest first, at most 20. */
  said: { text: string; code: string; rows: number; note: string }[];
  /** What stands over the run: an outage, a slower rate, a spent budget. */
  notice: { kind: "bad" | "mild" | "good"; title: string; says: string; until: string | null; try_now: boolean } | null;
  /** How it ended, or where it stands: "612 of 1,170, then the program ended". */
  title: string;
  says: string;
  /** The tree was read back: in words. */
  compared: string | null;
  files: { name: string; title: string; says: string }[];
  can: (Action | "undo")[];
  /** Rows that did not make it and were mended since. */
  mended: number;
  /** What was changed in the list since it began and is not sent with it, in words; null: nothing, or it is at its end. */
  since: string | null;
}
/** `rows` is the sum of the others. */
export interface Counts { rows: number; created: number; exists: number; updated: number; failed: number; invalid: number; blocked: number; unknown: number; pending: number; removed: number; restored: number }

export interface ListEvent { list: string; state: List["state"]; revision: number; said: number; checking: boolean; rows_read: number; counts: ListCounts; undo: string | null; redo: string | null }
export interface PlanEvent { list: string; plan: Plan }
export interface EndingEvent { says: string }
/** What is waited for before there is a run to be seen; empty: nothing any more. */
export interface WaitingEvent { says: string; until: string | null }
export type ServerEvent =
  | { seq: number; event: "list"; data: ListEvent }
  | { seq: number; event: "plan"; data: PlanEvent }
  | { seq: number; event: "run"; data: Run }
  | { seq: number; event: "start"; data: {} }
  | { seq: number; event: "target"; data: Target }
  | { seq: number; event: "waiting"; data: WaitingEvent }
  | { seq: number; event: "ending"; data: EndingEvent };
