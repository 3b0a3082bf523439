// Makes the reports that report.mjs drives, each by the program itself against its sandbox:
//   node tests/web/make.mjs PROGRAM DIRECTORY
// `PROGRAM` is partner-import as built; `DIRECTORY/<name>/report.html` is what comes of it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HEADER = ["Name", "Parent", "Level", "State", "Country", "ExternalCode", "City", "PhoneNumber"];
export const BIG = 50_000;
// Nothing here may run, load or show itself as anything but text.
export const HOSTILE = [
  "<script>window.hit = 1</script>",
  "</script><img src=http://192.0.2.1/x onerror=\"window.hit = 2\">",
  "\"><svg onload=window.hit=3>",
  "=HYPERLINK(\"http://192.0.2.1/\";\"click\")",
  "'><style>*{display:none}</style>",
  "<!--<script>",
  "javascript:window.hit=4",
  "\u202Eevil\u2028{{7*7}}",
  "constructor", "__proto__",
];

const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell);
const csv = (rows) => "\uFEFF" + [HEADER, ...rows].map((row) => row.map(quoted).join(",") + "\r\n").join("");
const customer = (name, parent, key, more = {}) => [
  name, parent, more.level ?? "EndCustomer", more.state ?? "InTrial", more.country ?? "DE", key, more.city ?? "Berlin", more.phone ?? "",
];

/** An executable, its results in a directory; the exit code must be one of those named. */
export class Maker {
  constructor(program, directory) {
    this.program = resolve(program);
    this.directory = resolve(directory);
    mkdirSync(this.directory, { recursive: true });
  }

  write(name, rows) {
    const path = join(this.directory, name + ".csv");
    writeFileSync(path, csv(rows));
    return path;
  }

  flags(name) {
    return ["--state-dir", join(this.directory, "state"), "--out", join(this.directory, name)];
  }

  call(args, codes, env = {}, cwd = undefined) {
    const { status, stdout, stderr, error } = spawnSync(this.program, args, {
      cwd, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 26,
    });
    if (error) throw error;
    if (!codes.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** A run of these rows on the built-in sandbox. */
  run(name, rows, codes) {
    const path = this.write(name, rows);
    this.call(["run", path, "--sandbox", "--yes", ...this.flags(name)], codes);
    return join(this.directory, name, "report.html");
  }

  hostile() {
    const rows = HOSTILE.map((text, at) => customer(text, "", text, { city: text, phone: text }));
    rows.push(...HOSTILE.map((text) => customer(text + " 2", text, "", { level: text, country: text })));
    return this.run("hostile", rows, [0, 1]);
  }

  errors() {
    const rows = ["", "Zwei", "Drei"].map((name, at) => customer(name, "Nobody", "E" + at, { country: "Korea", level: "Boss" }));
    return this.run("errors", rows, [1]);
  }

  /** A list of an office with a few mistakes, told of as somebody meets it: no flags of a test in it. */
  picture() {
    const rows = OFFICE.map(([name, country, more], at) => customer(name, "", `K-${1001 + at}`, { country, ...more }));
    this.write("customers", rows);
    const home = join(this.directory, "home");
    const env = { HOME: home, XDG_DATA_HOME: join(home, "data"), XDG_CONFIG_HOME: join(home, "config") };
    this.call(["run", "customers.csv", "--sandbox", "--yes", "--out", "results"], [1], env, this.directory);
    return join(this.directory, "results", "report.html");
  }

  /** Groups of 250 below a reseller, a row in fifty wrong. */
  big(name = "big", count = BIG) {
    const rows = [];
    for (let at = 0; at < count; at += 1) {
      const head = at % 250 === 0;
      const bad = at % 50 === 49;
      rows.push(head
        ? customer(`Reseller ${at / 250}`, "", `R-${at / 250}`, { level: "Reseller" })
        : customer(`Kunde Nr. ${at} GmbH & Co. KG`, `R-${Math.floor(at / 250)}`, `K-${at}`, {
          city: `Stadt ${at % 997}`, country: bad ? "Korea" : "AT", phone: `+43 1 ${100000 + at}`,
        }));
    }
    return this.run(name, rows, [1]);
  }

  /** Rows of every status: a run that is interrupted twice, while somebody else takes a name. */
  async everything() {
    const log = join(this.directory, "requests.log");
    // One is without an answer whenever the run is interrupted.
    const args = ["sandbox", "--latency", "400ms", "--fault", "delay=#18:60s@AddPartner", "--request-log", log];
    const sandbox = spawn(this.program, args, { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const endpoint = await told(sandbox, /listening on (\S+)/);
      const env = {
        PARTNER_IMPORT_ENDPOINT: endpoint, PARTNER_IMPORT_PARTNER: "Sandbox MSP (admin@example.com)",
        PARTNER_IMPORT_USERNAME: "api", PARTNER_IMPORT_PASSWORD: "sandbox",
      };
      const first = [
        customer("Nordlicht Systemhaus", "", "N-1", { level: "Reseller" }),
        customer("Zahnarztpraxis Dr. Möller", "N-1", "N-2"),
        customer("Verzogen GmbH", "N-1", "N-3", { city: "Bonn" }),
      ];
      const known = this.write("known", first);
      this.call(["run", known, "--yes", ...this.flags("known")], [0], env);
      // One of those that already exist has moved.
      const moved = customer("Verzogen GmbH", "N-1", "N-3", { city: "Dresden" });
      const path = this.write("everything", [...first.slice(0, 2), moved, ...EVERY_KIND]);
      const run = spawn(this.program, ["run", path, "--yes", "--rate", "20/s", "--on-exists", "update", ...this.flags("everything")], {
        env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"],
      });
      let errors = "";
      run.stderr.on("data", (chunk) => { errors += chunk; });
      const ended = new Promise((done) => run.on("exit", done));
      const before = () => creates(log, "Kunde 1 AG");
      await until(before, () => errors);
      await take(endpoint, TAKEN);
      await until(() => creates(log, "Kunde 20 AG"), () => errors);
      run.kill("SIGINT");
      await until(() => errors.includes("stopping"), () => errors);
      run.kill("SIGINT");
      const code = await ended;
      if (code !== 130) throw new Error(`the interrupted run ended with ${code}:\n${errors}`);
      this.undone(env);
      return join(this.directory, "everything", "report.html");
    } finally {
      sandbox.kill();
    }
  }

  /** A run that was undone. */
  undone(env) {
    const rows = [customer("Irrtum", "", "U-1", { level: "Reseller" }), customer("Irrtum Kunde", "U-1", "U-2")];
    const path = this.write("undone", rows);
    // The interrupted run may still land something, which nobody here looks at.
    const soon = ["--settle-wait", "1s"];
    this.call(["run", path, "--yes", ...soon, ...this.flags("undone")], [0], env);
    const { run_id: id } = JSON.parse(readFileSync(join(this.directory, "undone", "summary.json"), "utf8"));
    this.call(["undo", id, "--confirm", "2", ...soon, ...this.flags("undone")], [0], env);
  }
}

const OFFICE = [
  ["Alder Logistics GmbH", "Germany", { city: "Hamburg" }],
  ["Bäckerei Süd", "Austria", { city: "Graz" }],
  ["Cedar Dental", "Switzerland", { city: "Bern" }],
  ["Dorn & Söhne", "Germny", { city: "Köln" }],
  ["Elm Architects", "Netherlands", { city: "Utrecht" }],
  ["Føhn Media", "Denmark", { city: "Aarhus" }],
  ["Ginster IT", "Germany", { city: "Bonn", level: "EndCostumer" }],
  ["Hazel Trading", "Korea", { city: "Seoul" }],
  ["Iris Optik", "Germany", { city: "Kiel" }],
  ["Juniper Law", "UK", { city: "Leeds" }],
  ["Kiefer Holzbau", "Austria", { city: "Linz" }],
  ["Linden Apotheke", "Germny", { city: "Jena" }],
  ["Maple Foods", "Canada", { city: "Toronto" }],
  ["Nelke Floristik", "Germany", { city: "Ulm" }],
];

const TAKEN = "Vergeben & Söhne";
const EVERY_KIND = [
  ...Array.from({ length: 5 }, (_, at) => customer(`Kunde ${at + 1} AG`, "N-1", `K-${at + 1}`, { country: "Österreich", phone: "+43 1 512 34 5" + at })),
  customer("مؤسسة النور للتجارة", "N-1", "A-1", { country: "SA", city: "الرياض" }),
  customer("חברת הגליל בע\"מ", "N-1", "A-2", { country: "IL", city: "חיפה" }),
  customer("株式会社東京データ保護サービス", "N-1", "A-3", { country: "JP", city: "東京" }),
  customer("A name that is " + "very ".repeat(45) + "long", "N-1", "L-1"),
  customer("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2), "N-1", "L-2"),
  customer("No country of its own", "N-1", "W-1", { country: "" }),
  customer("", "N-1", "V-1"),
  customer("Wrong level", "N-1", "V-2", { level: "EndCustomr" }),
  customer("Which Korea", "N-1", "V-3", { country: "Korea" }),
  customer("Which Congo", "N-1", "V-4", { country: "Congo" }),
  customer("Nobody's child", "Nobody at all", "V-5"),
  customer("Wrong parent", "N-1", "V-6", { country: "Atlantis" }),
  customer("Filiale des Falschen", "V-6", "B-1", { level: "Site" }),
  ...Array.from({ length: 8 }, (_, at) => customer(`Kunde ${at + 6} AG`, "N-1", `K-${at + 6}`)),
  customer(TAKEN, "N-1", "T-1"),
  ...Array.from({ length: 60 }, (_, at) => customer(`Kunde ${at + 14} AG`, "N-1", `K-${at + 14}`)),
  customer("Filiale Nord", "K-3", "S-1", { level: "Site" }),
];

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const until = async (holds, told) => {
  for (const end = Date.now() + 60_000; !holds(); await pause(20)) {
    if (Date.now() > end) throw new Error("waited a minute in vain:\n" + told());
  }
};
const creates = (log, name) => existsSync(log) && readFileSync(log, "utf8").includes(name);
const told = (child, pattern) => new Promise((done, failed) => {
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
    const found = pattern.exec(text);
    if (found) done(found[1]);
  });
  child.on("error", failed);
  child.on("exit", (code) => failed(new Error(`the sandbox ended with ${code}`)));
});

/** Somebody else gives a customer this name, elsewhere in the tenant. */
const take = async (endpoint, name) => {
  const call = async (method, params, visa) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params, visa });
    const answer = await (await fetch(endpoint, { method: "POST", headers: { "content-type": "application/json" }, body })).json();
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  };
  const { visa } = await call("Login", { partner: "Sandbox MSP (admin@example.com)", username: "api", password: "sandbox" });
  await call("AddPartner", { partnerInfo: { ParentId: 1000, Name: name, Level: "EndCustomer", ServiceType: "AllInclusive", State: "InTrial" }, createDefaultAccount: false }, visa);
};

export const makeAll = async (program, directory) => {
  const maker = new Maker(program, directory);
  const began = Date.now();
  const pages = {
    everything: await maker.everything(), hostile: maker.hostile(), errors: maker.errors(), big: maker.big(),
  };
  pages.undone = join(maker.directory, "undone", "report.html");
  const bytes = statSync(pages.big).size;
  console.log(`reports made in ${((Date.now() - began) / 1000).toFixed(1)} s; of ${BIG} rows: ${(bytes / 1e6).toFixed(1)} MB`);
  return pages;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [program, directory] = process.argv.slice(2);
  if (!directory) throw new Error("usage: make.mjs PROGRAM DIRECTORY");
  console.log(await makeAll(program, directory));
}
