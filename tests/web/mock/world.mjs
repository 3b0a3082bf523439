// What the stand-in knows and does, in memory: lists with mends, plans, runs. Answers as src/gui/api.md says.
import { problemsOf, suggestionsOf } from "./check.mjs";
import { COUNTRIES } from "./lists.mjs";

const fault = (status, code, title, says, more = {}) => Object.assign(new Error(says), { status, body: { error: { code, title, says, field: null, holder: null, ...more } } });
const groupBy = (all, key) => {
  const groups = new Map();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
};
const many = (rows, one) => `${rows.toLocaleString("en")} ${one}${rows === 1 ? "" : "s"}`;
const FIELDS = ["Name", "ExternalCode", "Level", "Parent", "Country", "State", "City", "ZipCode", "Address", "PhoneNumber", "WebsiteAddress", "VatNumber", "LegalCompanyName", "ChamberOfCommerceNumber", "ServiceType", "Location"].map((name) => ({ field: name, says: { Name: "The customer's name", Level: "EndCustomer, Site, ...", State: "InTrial or InProduction", Parent: "The customer it stands below" }[name] ?? "" }));

class List {
  constructor(world, id, name, made) {
    Object.assign(this, { world, id, name, made, revision: 1, state: "ready", rows_read: 0, title: "", says: "", checking: false, stale: [], run: null, reached: "list", steps: [], undone: [], answers: {}, keys: new Map(), valuesOut: new Map(), valuesTo: new Map(), edits: new Map(), outs: new Map(), backs: new Set(), plan: null, folded: new Set(), again: null, constants: [], approved: null });
    this.columns = structuredClone(made.columns);
    const constant = (field) => ({ letter: null, header: field, field, asks: false, filters: false, how: "by your answer", fits: [], sample: [], options: field === "Level" ? ["EndCustomer", "Site", "Reseller"] : ["InTrial", "InProduction"], width: "s" });
    this.columns.push(constant("Level"), constant("State"));
    const contract = this.columns.find((one) => one.header === "Contract");
    if (contract && made.questions) Object.assign(contract, { field: null, asks: true, how: "" });
    this.understood = { sheets: made.sheets, sheet: made.sheets[0]?.name ?? null, header_row: made.header, export: made.questions ? "autotask" : "none", exports: [{ id: "autotask", title: "Autotask, companies" }, { id: "none", title: "A plain list" }], encoding: made.encoding ?? null, encodings: made.encoding ? ["UTF-8", "Windows-1252"] : [] };
    this.cache = new Map();
    if (!made.questions) this.answers = { Level: { choice: "end", means: {} }, State: { choice: "trial", means: {} } };
    this.sample();
  }

  sample() {
    for (const [index, column] of this.columns.entries()) if (column.letter) column.sample = [0, 1, 2].filter((row) => row < this.made.count).map((row) => this.made.cells(row)[index]).filter(Boolean);
  }

  /** One row with everything that is known of it. */
  row(index) {
    const held = this.cache.get(index);
    if (held) return held;
    const number = index + this.understood.header_row + 1;
    const file = this.made.cells(index);
    const cells = [...file];
    const width = this.made.columns.length;
    const [level, state] = [this.answers.Level?.choice, this.answers.State?.choice];
    const parent = this.columns.findIndex((one) => one.field === "Parent");
    cells[width] = level === "end" ? "EndCustomer" : level === "parent" ? (cells[parent] ? "Site" : "EndCustomer") : "";
    const contract = this.columns.findIndex((one) => one.header === "Contract");
    cells[width + 1] = state === "trial" ? "InTrial" : state === "production" ? "InProduction" : state === "column" ? this.answers.State.means[cells[contract]] ?? "" : "";
    for (const [column, to] of this.valuesTo) cells[column] = to[cells[column]] ?? cells[column];
    const edited = this.edits.get(number) ?? new Map();
    const was = new Map([...edited.keys()].map((column) => [column, cells[column]]));
    for (const [column, to] of edited) cells[column] = to;
    const active = this.columns.findIndex((one) => one.header === "Active" && one.filters);
    const [byValue] = [...this.valuesOut].filter(([column, values]) => values.includes(file[column]));
    const out = this.outs.get(number) ?? (byValue ? `${this.columns[byValue[0]].header} is ${file[byValue[0]] || "empty"}` : null) ?? (active >= 0 && cells[active] === "No" && !this.backs.has(number) ? "Active is No" : null);
    const row = { index, row: number, cells, file, out, was };
    row.problems = out === null ? problemsOf(this, row) : [];
    if (this.cache.size < 20_000) this.cache.set(index, row);
    return row;
  }

  marks(row) {
    const marks = [];
    const width = this.made.columns.length;
    for (const column of [width, width + 1]) if (row.cells[column] && !row.was.has(column)) marks.push([column, "set", "by your answer"]);
    for (const [column, was] of row.was) marks.push([column, "mended", was]);
    for (const one of row.problems) marks.push([one.column, one.severity, `${one.code}: ${one.says}`]);
    return marks;
  }

  shown(row) {
    return { row: row.row, cells: row.cells, marks: this.marks(row), out: row.out, status: null, id: null, message: null, depth: 0, open: null };
  }

  values(column) {
    const rows = new Map();
    for (let index = 0; index < this.made.count; index += 1) rows.set(this.made.cells(index)[column], (rows.get(this.made.cells(index)[column]) ?? 0) + 1);
    const all = [...rows].sort((a, b) => b[1] - a[1]);
    return { column, values: all.slice(0, 200).map(([value, count]) => ({ value, rows: count, out: this.valuesOut.get(column)?.includes(value) ?? false, to: this.valuesTo.get(column)?.[value] ?? null })), more: Math.max(0, all.length - 200) };
  }

  /** Indexes by view; the whole view of a large list is not held. */
  sums() {
    if (this.known?.revision === this.revision) return this.known;
    const known = { revision: this.revision, in: [], out: [], need: [], warnings: [], mended: [], causes: new Map() };
    for (let index = 0; index < this.made.count; index += 1) {
      const row = this.row(index);
      known[row.out === null ? "in" : "out"].push(index);
      if (row.was.size) known.mended.push(index);
      if (row.problems.some((one) => one.severity === "error")) known.need.push(index);
      else if (row.problems.length) known.warnings.push(index);
      for (const one of row.problems) {
        const group = known.causes.get(one.cause) ?? { ...one, rows: [] };
        known.causes.set(one.cause, group);
        if (group.rows.at(-1) !== index) group.rows.push(index);
      }
    }
    return (this.known = known);
  }

  view(name) {
    const sums = this.sums();
    if (name === "all") return null;
    if (name.startsWith("cause:")) return sums.causes.get(name.slice(6))?.rows ?? [];
    if (!Array.isArray(sums[name])) throw fault(422, "value", "No such view", name);
    return sums[name];
  }

  counts() {
    const sums = this.sums();
    const open = this.questions().some((one) => one.answer === null || one.open > 0);
    return { all: this.made.count, in: sums.in.length, out: sums.out.length, need: sums.need.length, blocked: 0, warnings: sums.warnings.length, mended: sums.mended.length, ready: open ? 0 : sums.in.length - sums.need.length, causes: [...sums.causes.values()].filter((one) => one.severity === "error").length };
  }

  questions() {
    if (!this.made.questions) return [];
    const contract = this.columns.findIndex((one) => one.header === "Contract");
    const values = new Map();
    if (contract >= 0) for (let index = 0; index < this.made.count; index += 1) {
      const value = this.made.cells(index)[contract];
      values.set(value, (values.get(value) ?? 0) + 1);
    }
    const rows = this.known?.in.length ?? this.made.count;
    const state = this.answers.State;
    const choice = (id, title, says, more = {}) => ({ id, title, says, values: [], options: [], ...more });
    return [
      { id: "Level", title: "Level: what is each row?", says: "A company is an EndCustomer; an office of one is a Site.", answer: this.answers.Level?.choice ?? null, open: 0, choices: [choice("end", "EndCustomer in every row", "Rows that name a parent are asked about next"), choice("parent", "From the parent", "Site where the parent is filled in, else EndCustomer")] },
      { id: "State", title: "State: who is billed?", says: "InProduction is billed from the day it is created; InTrial is not billed yet.", answer: state?.choice ?? null, open: state?.choice === "column" ? [...values.keys()].filter((one) => !state.means[one]).length : 0,
        choices: [choice("trial", "InTrial in every row", `${many(rows, "trial")}, nobody is billed`), choice("production", "InProduction in every row", `${many(rows, "customer")} billed`),
          ...(contract >= 0 ? [choice("column", "The column Contract says it", [...values].map(([value, count]) => `“${value}” in ${count}`).join(", "), { options: ["InTrial", "InProduction"], values: [...values].map(([value, count]) => ({ value, rows: count, means: state?.means[value] ?? null })) })] : [])] },
    ];
  }

  body() {
    return { list: this.id, name: this.name, state: this.state, rows_read: this.rows_read, title: this.title, says: this.says, revision: this.revision, checking: this.checking, understood: this.understood, columns: this.columns, fields: FIELDS, questions: this.questions(), constants: this.constants, draft: null, lines: 0, remarks: [], counts: this.counts(), undo: this.steps.at(-1)?.says ?? null, redo: this.undone.at(-1)?.says ?? null, stale: this.stale, run: this.run, reached: this.reached };
  }

  event() {
    return { list: this.id, state: this.state, revision: this.revision, checking: this.checking, rows_read: this.rows_read, counts: this.counts(), undo: this.steps.at(-1)?.says ?? null, redo: this.undone.at(-1)?.says ?? null };
  }

  changed(says, rows = []) {
    this.revision += 1;
    if (this.plan) Object.assign(this.plan, { stale: true, says: "The list has changed since it was planned." });
    this.world.emit(`list ${this.id}`, "list", () => this.event());
    return { revision: this.revision, says, undo: this.steps.at(-1)?.says ?? null, redo: this.undone.at(-1)?.says ?? null, rows };
  }

  indexOf(row) {
    return row - this.understood.header_row - 1;
  }

  /** Keeps a step as what was there before, so that it can be taken back. */
  step(says, edits, outs = []) {
    const before = { edits: edits.map(({ row, column }) => ({ row, column, to: this.edits.get(row)?.get(column) })), outs: outs.map(({ row }) => ({ row, out: this.outs.get(row), back: this.backs.has(row) })) };
    this.apply(edits, outs);
    return { says, before, after: { edits, outs } };
  }

  apply(edits, outs) {
    for (const { row, column, to } of edits) {
      const mine = this.edits.get(row) ?? new Map();
      this.edits.set(row, mine);
      const width = this.made.columns.length;
      if (to === undefined || (column < width && to === this.made.cells(this.indexOf(row))[column])) mine.delete(column);
      else mine.set(column, to);
      if (mine.size === 0) this.edits.delete(row);
      this.cache.delete(this.indexOf(row));
    }
    for (const { row, out, back } of outs) {
      if (out) this.outs.set(row, out);
      else this.outs.delete(row);
      if (back) this.backs.add(row);
      else this.backs.delete(row);
      this.cache.delete(this.indexOf(row));
    }
  }

  mend(mend) {
    if (mend.key && this.keys.has(mend.key)) return this.keys.get(mend.key);
    const saved = this.mended(mend);
    if (mend.key) this.keys.set(mend.key, saved);
    return saved;
  }

  mended(mend) {
    if (mend.kind === "undo" || mend.kind === "redo") {
      const [from, to, side] = mend.kind === "undo" ? [this.steps, this.undone, "before"] : [this.undone, this.steps, "after"];
      const step = from.pop();
      if (!step) throw fault(422, "value", "Nothing to do", `There is nothing to ${mend.kind}.`);
      this.apply(step[side].edits, step[side].outs);
      to.push(step);
      return this.changed(`${mend.kind === "undo" ? "undone" : "done again"}: ${step.says}`);
    }
    const step = this.made_step(mend);
    this.steps.push(step);
    this.undone = [];
    const rows = mend.kind === "cells" ? [...new Set(mend.cells.map((one) => one.row))].slice(0, 200).map((row) => this.shown(this.row(this.indexOf(row)))) : [];
    return this.changed(step.says, rows);
  }

  made_step(mend) {
    if (mend.kind === "cells") {
      for (const { row, column, from } of mend.cells) {
        const now = this.row(this.indexOf(row)).cells[column];
        if (now !== from) throw fault(409, "stale", "That cell says something else by now", `Row ${row} says “${now}”, not “${from}”.`);
      }
      const [{ row, column, from, to }] = mend.cells;
      const title = this.columns[column].field ?? this.columns[column].header;
      return this.step(mend.cells.length === 1 ? `${title} in row ${row}: ${from || "empty"} → ${to || "empty"}` : `${many(mend.cells.length, "cell")} changed`, mend.cells);
    }
    if (mend.kind === "leave_out") return this.step(`${many(mend.rows.length, "row")} left out`, [], mend.rows.map((row) => ({ row, out: "you left it out", back: false })));
    if (mend.kind === "take_back") return this.step(`${many(mend.rows.length, "row")} taken back`, [], mend.rows.map((row) => ({ row, out: null, back: true })));
    for (const [cause, group] of this.sums().causes) {
      const rows = group.rows.map((index) => this.row(index));
      const found = suggestionsOf(this, cause, rows).every.find((one) => one.id === mend.id);
      if (!found) continue;
      const done = rows.map((row) => [row.row, found.apply(row)]).filter(([, what]) => what !== null);
      return this.step(found.from === null ? found.to : `${found.from} → ${found.to} in ${many(done.length, "row")}`, done.filter(([, what]) => what !== "out").map(([row, [column, to]]) => ({ row, column, to })), done.filter(([, what]) => what === "out").map(([row]) => ({ row, out: found.to, back: false })));
    }
    throw fault(409, "stale", "That suggestion is gone", "The list was checked again in the meantime.");
  }

  problems() {
    const sums = this.sums();
    const groups = [...sums.causes].map(([cause, group]) => {
      const made = suggestionsOf(this, cause, group.rows.map((index) => this.row(index)));
      const plain = ({ apply, ...rest }) => rest;
      return { cause, kind: group.severity === "error" ? "error" : "warning", code: group.code, title: group.title, says: group.rows.length === 1 ? group.says : `${group.says.split(":")[0].slice(0, 160)} And ${many(group.rows.length - 1, "more row")}.`, rows: group.rows.length, suggestions: made.shown.map(plain), more: made.more, take_all: made.all && plain(made.all) };
    }).sort((a, b) => (a.kind === b.kind ? b.rows - a.rows : a.kind === "error" ? -1 : 1));
    return { revision: this.revision, groups, more_groups: 0 };
  }

  /** In the order of the panel: by cause, then by row. */
  next(row, column, back) {
    const cells = this.problems().groups.filter((one) => one.kind === "error").flatMap((group) => this.sums().causes.get(group.cause).rows.map((index) => ({ row: this.row(index).row, column: this.sums().causes.get(group.cause).column, cause: group.cause })));
    if (cells.length === 0) return { row: null, column: 0, cause: "" };
    const at = cells.findIndex((one) => one.row === row && one.column === column);
    if (at >= 0) return cells[(at + (back ? -1 : 1) + cells.length) % cells.length];
    return back ? cells.at(-1) : cells[0];
  }

  cell(number, column) {
    const row = this.row(this.indexOf(number));
    return { row: number, column, value: row.cells[column], file: row.file[column] ?? "", problems: row.problems.filter((one) => one.column === column).map((one) => ({ severity: one.severity, code: one.code, says: one.says, suggestions: suggestionsOf(this, one.cause, this.sums().causes.get(one.cause).rows.map((index) => this.row(index))).every.filter((made) => made.from === null || made.from === row.cells[column]).map(({ apply, ...rest }) => rest) })) };
  }

  sent(number) {
    const row = this.row(this.indexOf(number));
    return { row: number, name: row.cells[this.columns.findIndex((one) => one.field === "Name")] ?? "", out: row.out, problems: row.problems.map(({ severity, code, says }) => ({ severity, code, says })), members: this.columns.flatMap((one, index) => one.field && row.cells[index] ? [{ member: one.field === "Country" ? "Company.PostAddress.Country" : one.field, value: one.field === "Country" ? COUNTRIES[row.cells[index]] ?? row.cells[index] : row.cells[index], from: one.letter ? `${one.letter}${number}` : one.how }] : []) };
  }
}

export class World {
  constructor(options = {}) {
    Object.assign(this, { lists: new Map(), runs: new Map(), seq: 0, subjects: new Map(), streams: new Set(), made: 0, holder: null, perTick: 4, tick: 40, outcome: null, opened: null, refuse: null, recent: [], planning: 60, ...options });
    this.target = { mode: null, real: false, endpoint: "https://api.backup.management/jsonapi", partner: "", user: "", password: false, keyring: "Windows Credential Manager", root: null };
  }

  emit(subject, event, data) {
    this.seq += 1;
    this.subjects.set(subject, { seq: this.seq, event, data });
    for (const stream of this.streams) stream(this.seq, event, data());
  }

  add(name, made) {
    const list = new List(this, `l${++this.made}`, name, made);
    this.lists.set(list.id, list);
    return list;
  }

  list(id) {
    const list = this.lists.get(id);
    if (!list) throw fault(404, "not_found", "No such list", "It was forgotten.");
    return list;
  }

  start() {
    const cards = [...this.lists.values()].reverse().map((list) => {
      const counts = list.counts();
      return { list: list.id, run: list.run, name: list.name, rows: counts.all, state: counts.need ? "error" : "ok", says: counts.need ? `${many(counts.need, "row")} to mend, ${counts.mended} mended` : `${many(counts.in, "row")} ready`, target: this.target.root?.name ?? null, at: new Date().toISOString(), step: counts.need ? "problems" : "list" };
    });
    const unfinished = [...this.runs.values()].filter((run) => !["finished", "undone", "failed"].includes(run.state)).map((run) => ({ run: run.run, list: run.list, name: run.name, state: run.state, says: run.says, counts: run.counts, from: run.from }));
    return { version: "0.0.0", opened: this.opened, accepts: [".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"], exports: ["Autotask", "ConnectWise", "HaloPSA", "Syncro"], unfinished, recent: [...cards, ...this.recent] };
  }

  // --- plans ---

  plan(list, ask) {
    const run = ask.of_run ? this.runs.get(ask.of_run) : null;
    const again = run ? new Set(run.rows.filter((one) => ["failed", "invalid", "blocked"].includes(one.status)).map((one) => one.row)) : null;
    const base = { revision: ++this.seq, title: "", says: "", update: ask.update, of_run: ask.of_run, counts: { all: 0, create: 0, exists: 0, update: 0, differs: 0, collides: 0, not_sent: 0 }, by_state: [], by_level: [], seconds: 0, rate: "5/s", stale: false, approved: list.approved && "8f3a61c0d2b7", differences: list.approved?.includes("old") ? ["Row 4: was created as \"Ohm AG\", is now \"Ohm SE\"."] : [] };
    list.plan = { ...base, state: "planning", title: "1,200 customers read so far." };
    list.again = again;
    const done = () => {
      const rows = list.sums().in.map((index) => list.row(index)).filter((row) => !row.problems.some((one) => one.severity === "error") && (!again || again.has(row.row)));
      const of = (field) => list.columns.findIndex((one) => one.field === field);
      const parents = new Set(rows.map((row) => row.cells[of("Parent")]).filter(Boolean));
      list.nodes = rows.map((row) => {
        const name = row.cells[of("Name")];
        const there = this.runs.size && [...this.runs.values()].some((one) => one.rows.some((made) => made.name === name && made.id !== null && made.status === "created"));
        const status = there || row.index % 22 === 3 ? "exists" : row.index % 80 === 9 ? (ask.update ? "update" : "differs") : row.index % 110 === 31 ? "collides" : "create";
        return { row: row.row, name, level: row.cells[of("Level")], state: row.cells[of("State")], country: COUNTRIES[row.cells[of("Country")]] ?? "", parent: row.cells[of("Parent")] ?? "", status, kids: parents.has(name), city: row.cells[of("City")] ?? "", id: status === "exists" ? 48000 + row.index : null };
      });
      const counts = { ...base.counts, all: list.nodes.length, not_sent: list.sums().need.length };
      for (const node of list.nodes) counts[node.status] += 1;
      const create = list.nodes.filter((one) => one.status === "create");
      const by = (key) => [...groupBy(create, (one) => one[key] || "none")].map(([name, all]) => [name, all.length]);
      list.plan = { ...base, revision: ++this.seq, state: "ready", counts, by_state: by("state").map(([state, count]) => ({ state, rows: count, says: state === "InProduction" ? "billed from the day they are created" : "not billed yet", billed: state === "InProduction" })).sort((a, b) => Number(b.billed) - Number(a.billed)), by_level: by("level").map(([level, count]) => ({ level, rows: count })), seconds: create.length / 5, rate: "5/s" };
      if (list.reached === "list" || list.reached === "problems") list.reached = "plan";
      this.emit(`plan ${list.id}`, "plan", () => ({ list: list.id, plan: list.plan }));
    };
    setTimeout(done, this.planning);
    return list.plan;
  }

  planRows(list, view) {
    const nodes = list.nodes ?? [];
    const out = (node, depth, open) => ({ row: node.row, cells: [node.name, node.level, node.state, node.country, node.status === "exists" ? `already there, id ${node.id}` : node.status === "collides" ? "the name is taken by id 47710" : ["differs", "update"].includes(node.status) ? "City" : ""], marks: ["differs", "update"].includes(node.status) ? [[4, "old", "Gena"], [4, "new", node.city]] : [], out: null, status: node.status === "update" ? "updated" : node.status, id: node.id, message: null, depth, open });
    if (view !== "all") return nodes.filter((one) => one.status === view || (view === "differs" && one.status === "update")).map((one) => out(one, 0, null));
    const names = new Map(nodes.map((one) => [one.name, one]));
    const kids = groupBy(nodes, (one) => names.has(one.parent) && one.parent !== one.name ? one.parent : "");
    const root = this.target.root ?? { name: "", id: 0 };
    const lines = [{ row: 0, cells: [root.name, "Reseller", "InProduction", "DE", `id ${root.id}`], marks: [], out: null, status: null, id: root.id, message: null, depth: 1, open: !list.folded.has(`0 ${root.id}`) }];
    const below = (parent, depth) => {
      for (const node of kids.get(parent) ?? []) {
        const has = kids.has(node.name);
        const open = has ? !list.folded.has(`${node.row} `) : null;
        lines.push(out(node, depth, open));
        if (open && depth < 6) below(node.name, depth + 1);
      }
    };
    if (lines[0].open) below("", 2);
    return lines;
  }

  pilot(list, first) {
    const create = list.nodes.filter((one) => one.status === "create").slice(0, first);
    return { first, create: create.length, parents: 0, seconds: create.length / 5, billed: create.filter((one) => one.state === "InProduction").length };
  }

  // --- runs ---

  begin(ask) {
    const list = this.list(ask.list);
    if (!list.plan || list.plan.revision !== ask.revision || list.plan.stale) throw fault(409, "stale", "The plan is of another list", "The list has changed since: plan again.");
    if (this.holder) throw fault(409, "locked", "Another run is at work", this.holder.says, { holder: this.holder });
    const wanted = ask.first === null ? list.plan.counts.create || list.plan.counts.update : this.pilot(list, ask.first).create;
    if (ask.typed.replace(/\D/g, "") !== String(wanted)) throw fault(422, "typed", "That is a different number", `To go on, type ${wanted}.`, { field: "typed" });
    let left = wanted;
    const sums = list.sums();
    const need = new Set(sums.need.map((index) => list.row(index).row));
    const nodes = new Map(list.nodes.map((one) => [one.row, one]));
    const rows = sums.in.map((index) => list.row(index)).filter((row) => !list.again || list.again.has(row.row)).map((row) => {
      const node = nodes.get(row.row);
      const status = need.has(row.row) ? "invalid" : !node || node.status === "collides" ? "invalid" : node.status === "create" ? (left-- > 0 ? "pending" : "skip") : node.status === "update" ? "updated" : "exists";
      return { row: row.row, index: row.index, name: node?.name ?? row.cells[0], status, id: status === "exists" ? node.id ?? 48000 + row.index : null, message: status === "invalid" ? row.problems[0]?.says ?? "The name is taken by id 47710." : null };
    }).filter((one) => one.status !== "skip");
    const run = this.addRun({ list: list.id, name: list.name, columns: list.columns, rows, to_create: wanted, mode: this.target.mode, root: this.target.root.name });
    list.run = run.run;
    run.was = new Map([...list.edits].map(([row, edits]) => [row, JSON.stringify([...edits])]));
    list.reached = "run";
    this.go(run);
    return { run: run.run };
  }

  addRun(of) {
    const id = of.run ?? `20261129-10310${this.runs.size}-krnt`;
    const run = { run: id, list: null, columns: [], name: "", mode: "sandbox", root: "Sandbox MSP", from: "page", state: "running", revision: 1, to_create: 0, in_flight: 0, begun: new Date().toISOString(), ended: null, left: null, rate: { now: 0, allowed: 5, answer_ms: 640, history: [] }, said: [], notice: null, title: "", says: "", compared: null, files: [], can: ["pause", "stop"], mended: 0, ended_order: [], ...of };
    run.counts = this.count(run);
    this.runs.set(id, run);
    return run;
  }

  count(run) {
    const counts = { rows: run.rows.length, created: 0, exists: 0, updated: 0, failed: 0, invalid: 0, blocked: 0, unknown: 0, pending: 0, removed: 0, restored: 0 };
    for (const row of run.rows) counts[row.status === "sending" ? "pending" : row.status] += 1;
    return counts;
  }

  runBody({ rows, ended_order, timer, was, ...run }) {
    return { since: null, ...run };
  }

  touch(run) {
    run.revision += 1;
    run.counts = this.count(run);
    this.emit(`run ${run.run}`, "run", () => this.runBody(run));
  }

  go(run) {
    run.state = "running";
    run.can = ["pause", "stop"];
    clearInterval(run.timer);
    run.timer = setInterval(() => this.advance(run), this.tick);
    this.touch(run);
  }

  advance(run) {
    const sending = run.rows.filter((one) => one.status === "sending");
    for (const row of sending) {
      row.status = this.outcome?.(row) ?? (row.index % 37 === 21 ? "failed" : "created");
      if (row.status === "created") row.id = 55000 + row.index;
      if (row.status === "failed") {
        row.message = "2115: A partner with the same name exists";
        run.said = [{ text: "A partner with the same name exists", code: "2115", rows: (run.said[0]?.rows ?? 0) + 1, note: "The name is taken somewhere in Cove, perhaps where you cannot see it." }];
      }
      run.ended_order.unshift(row);
    }
    const waiting = run.rows.filter((one) => one.status === "pending");
    const next = ["paused", "stopping", "waiting"].includes(run.state) ? [] : waiting.slice(0, this.perTick);
    for (const row of next) row.status = "sending";
    run.in_flight = next.length;
    run.rate.now = Math.round(Math.min(5, 4.6 + (run.revision % 5) / 10) * 10) / 10;
    run.rate.history = [...run.rate.history, run.rate.now].slice(-60);
    run.left = waiting.length / 5;
    if (next.length === 0 && (run.state === "stopping" || (run.state === "running" && waiting.length === 0))) return this.end(run, run.state === "stopping" ? "stopped" : "finished");
    this.touch(run);
  }

  end(run, state) {
    clearInterval(run.timer);
    Object.assign(run, { state, ended: new Date().toISOString(), in_flight: 0, left: null, notice: null, can: state === "finished" ? ["undo"] : ["continue", "undo"] });
    run.counts = this.count(run);
    run.title = state === "finished" ? "The run has finished" : `${run.counts.created} of ${run.to_create}, then the run was stopped`;
    run.says = state === "finished" ? "Every row has its outcome." : "Nothing is under way any more. The rest can be continued.";
    run.compared = state === "finished" ? "The tree was read back: every customer is there once, below the right parent." : null;
    run.files = [{ name: "workbook", title: run.name, says: "your file, with the IDs" }, { name: "report.html", title: "report.html", says: "one page for whoever asks how it went" }, { name: "results.csv", title: "results.csv", says: "every row, for other programs" }, { name: "rejected.csv", title: "rejected.csv", says: "the rows that did not make it" }];
    const list = this.lists.get(run.list);
    if (list) list.reached = "results";
    this.touch(run);
  }

  act(run, action, login) {
    if (action === "continue" && this.needsLogin && login?.password !== "right") throw fault(422, "login", "This run needs a login.", "It goes to Nordlicht IT (m@nordlicht.example) at https://api.backup.management/jsonapi.");
    if (!run.can.includes(action)) throw fault(409, "busy", "Not now", `The run cannot ${action} now.`);
    if (action === "pause") Object.assign(run, { state: "paused", can: ["go_on", "stop"] });
    else if (action === "stop") Object.assign(run, { state: "stopping", can: [] });
    else if (action === "try_now") Object.assign(run, { notice: { kind: "good", title: "The service answers again.", says: "4 rows were looked up first, 2 of them had been created.", try_now: false } });
    if (action === "go_on" || action === "continue" || action === "try_now") {
      run.ended = null;
      this.go(run);
    }
    this.touch(run);
    return this.runBody(run);
  }

  /** The service stops answering. */
  outage(run) {
    Object.assign(run, { state: "waiting", can: ["try_now", "stop"], notice: { kind: "bad", title: "The service does not answer.", says: `The run holds at ${run.counts.created} of ${run.to_create} and tries again in 12 s. Nothing is lost.`, try_now: true } });
    this.touch(run);
  }

  undo(run, typed) {
    if (typed.replace(/\D/g, "") !== String(run.counts.created)) throw fault(422, "typed", "That is a different number", `Type ${run.counts.created}.`, { field: "typed" });
    Object.assign(run, { state: "undoing", can: [], says: "The customers are being removed, leaves first." });
    this.touch(run);
    setTimeout(() => {
      for (const row of run.rows) if (row.status === "created") row.status = "removed";
      Object.assign(run, { state: "undone", title: `This run was undone: ${run.counts.created} removed`, says: "Everything it created is gone again.", counts: this.count(run) });
      this.touch(run);
    }, 150);
    return this.runBody(run);
  }

  runRows(run, view) {
    const sending = run.rows.filter((one) => one.status === "sending");
    if (view === "ended") return [...sending, ...run.ended_order];
    if (view === "need") return run.rows.filter((one) => ["failed", "invalid", "blocked", "unknown"].includes(one.status));
    return view === "all" ? run.rows : run.rows.filter((one) => one.status === view);
  }

  runRow(run, one) {
    const list = this.lists.get(run.list);
    const row = list?.row(one.index);
    return { row: one.row, cells: row?.cells ?? [one.name], marks: row ? list.marks(row).filter(([, mark]) => mark !== "set").concat(one.status === "failed" && row.was.size === 0 ? [[list.columns.findIndex((column) => column.field === "Name"), "error", one.message]] : []) : [], out: null, status: one.status, id: one.id, message: one.message, depth: 0, open: null };
  }
}
export { fault };
