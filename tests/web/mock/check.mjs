// The stand-in's rules: a handful, enough to have every kind of problem and suggestion.
import { COUNTRIES, MISSPELT } from "./lists.mjs";

const field = (list, name) => list.columns.findIndex((one) => one.field === name);

/** Problems of one row: { column, severity, code, says, cause, title, suggestions }. */
export const problemsOf = (list, row) => {
  const found = [];
  const at = (name) => field(list, name);
  const value = (name) => at(name) < 0 ? "" : row.cells[at(name)];
  const add = (column, severity, code, says, cause, title) => found.push({ column, severity, code, says, cause, title });
  if (at("Name") >= 0 && value("Name").trim() === "") add(at("Name"), "error", "V101", "The name is missing.", "name-missing", "Name is missing");
  const country = value("Country");
  if (country && !(country in COUNTRIES)) {
    if (country === "Korea") add(at("Country"), "error", "V403", "“Korea” fits two countries: South Korea and North Korea.", "country-ambiguous", "“Korea” fits two countries");
    else if (country in MISSPELT) add(at("Country"), "error", "V402", `“${country}” is not the name of a country. It is close to ${MISSPELT[country]}.`, "country-misspelt", "Country is misspelt");
    else add(at("Country"), "error", "V401", `“${country}” is not the name of a country.`, "country-unknown", "Country is not known");
  }
  if (/\s/.test(value("WebsiteAddress"))) add(at("WebsiteAddress"), "error", "V120", `“${value("WebsiteAddress")}” is no address: an address holds no space.`, "website", "Website is no address");
  if (value("Parent") && value("Level") === "EndCustomer") add(at("Level"), "error", "H201", "An EndCustomer cannot stand below an EndCustomer.", "level", "Site or EndCustomer?");
  const phone = value("PhoneNumber");
  if (phone && phone.replace(/\D/g, "").length < 6) add(at("PhoneNumber"), "warning", "V121", `“${phone}” is too short for a phone number.`, "phone", "Phone number is too short");
  const type = list.columns.findIndex((one) => one.header === "Type");
  if (type >= 0 && row.cells[type] === "Vendor") add(type, "warning", "V122", "A vendor is seldom a customer.", "vendor", "Type is Vendor");
  return found;
};

/** What would mend all rows of one cause: { id, from, to, rows, step, apply(row) => [column, to] | "out" }. */
export const suggestionsOf = (list, cause, rows) => {
  const country = field(list, "Country");
  const replace = (from, to, of = rows) => ({ id: `${cause}:${from}:${to}`, from, to, rows: of.filter((row) => row.cells[country] === from).length, step: null, apply: (row) => row.cells[country] === from ? [country, to] : null });
  if (cause === "country-misspelt") {
    const spellings = new Map();
    for (const row of rows) spellings.set(row.cells[country], (spellings.get(row.cells[country]) ?? 0) + 1);
    const all = [...spellings].sort((a, b) => b[1] - a[1]).map(([from]) => replace(from, MISSPELT[from]));
    const whole = { id: `${cause}:all`, from: null, to: "All that are close to one country", rows: rows.length, step: null, apply: (row) => [country, MISSPELT[row.cells[country]]] };
    return { shown: all.slice(0, 3), more: Math.max(0, all.length - 3), all: all.length > 3 ? whole : null, every: [...all, whole] };
  }
  const one = (to, apply, step = null) => ({ id: `${cause}:${to}`, from: null, to, rows: rows.length, step, apply });
  const made = {
    "country-ambiguous": () => [replace("Korea", "South Korea"), replace("Korea", "North Korea")],
    level: () => [one(`Make these ${rows.length} a Site`, () => [field(list, "Level"), "Site"])],
    "name-missing": () => [one(rows.length === 1 ? "Leave this row out" : `Leave these ${rows.length} rows out`, () => "out")],
    website: () => [one(rows.length === 1 ? "Empty this cell" : `Empty these ${rows.length} cells`, () => [field(list, "WebsiteAddress"), ""])],
    vendor: () => [one(`Leave out ${rows.length} rows whose Type is Vendor`, () => "out")],
    "country-unknown": () => [one("Look at the columns again", () => null, "list")],
  }[cause]?.() ?? [];
  return { shown: made, more: 0, all: null, every: made };
};
