// Generated lists for the stand-in: some hundreds of companies with what people get wrong, and a large one.

const COLUMNS = ["[required] Name", "Number", "City", "Zip Code", "Country", "Parent Organization", "Type", "Contract", "Active", "Phone", "Website"];
const FIELDS = ["Name", "ExternalCode", "City", "ZipCode", "Country", "Parent", null, null, null, "PhoneNumber", "WebsiteAddress"];
const HOW = ["by the export", "by its values", "by its name", "by a usual name", "by its name", "by a usual name", "", "", "by the export", "by its name", "by its name"];
const WIDTHS = ["name", "s", "s", "xs", "m", "l", "s", "s", "xs", "m", "l"];
const STEMS = ["Alpina", "Brunner", "Cedar Grove", "Dachstein", "Eifel", "Fischer", "Gower Coast", "Hanil", "Isar", "Jansen", "Kern", "Lakeside", "Mayfair", "Nagel", "Oldham", "Petersen", "Quadrat", "Rhein", "Schmidt", "Tischler", "Uhrwerk", "Vista", "Wagner", "Xaver", "Yıldız", "Zeppelin"];
const KINDS = ["Zahnklinik AG", "Druck e.K.", "Primary School", "Logistik GmbH", "Holiday Lets", "Solicitors LLP", "Bäckerei", "Fenster & Türen", "Dental Practice", "Pflegedienst gGmbH", "Steuerberatung", "Precision Europe", "Ingenieure PartG"];
const PLACES = [["Jena", "07743", "Germany"], ["Zürich", "8001", "Switzerland"], ["Bristol", "BS1 4JE", "United Kingdom"], ["Kassel", "34117", "Germany"], ["Lyon", "69002", "France"], ["Graz", "8010", "Austria"], ["Leeds", "LS1 5HD", "United Kingdom"], ["Ulm", "89073", "Germany"]];
export const COUNTRIES = { Germany: "DE", Switzerland: "CH", "United Kingdom": "GB", UK: "GB", France: "FR", Austria: "AT", "South Korea": "KR", "North Korea": "KP", DE: "DE", CH: "CH", GB: "GB", FR: "FR", AT: "AT" };
export const MISSPELT = { Germny: "Germany", Deutchland: "Germany", Frnace: "France", "Untied Kingdom": "United Kingdom", Östereich: "Austria" };

/** Texts that would do harm wherever they were taken for markup. */
export const HOSTILE = ["<img src=x onerror=\"window.hit=1\">", "</td><script>window.hit=2</script>", "\"><svg onload=window.hit=3>", "javascript:window.hit=4", "=HYPERLINK(\"http://evil.example\")", "__proto__", "{{constructor.constructor('window.hit=5')()}}", "\u202Eevil\u202C", "<b>bold</b>&amp;&lt;"];

const columnsOf = (headers, fields, how, widths) => headers.map((header, index) => ({
  letter: letter(index), header, field: fields[index], asks: false, filters: header === "Active", how: how[index] ?? "by its name",
  fits: index === 1 ? [{ field: "ExternalCode", says: "Customer reference. All values differ" }, { field: "ChamberOfCommerceNumber", says: "Number in the trade register" }] : fields[index] ? [{ field: fields[index], says: "As it is now" }] : [], sample: [], options: [], width: widths[index] ?? "m",
}));
const letter = (index) => (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));

/** Some hundreds of companies, as an export of a PSA gives them. */
export const companies = (rows = 480) => {
  const cells = [];
  for (let index = 0; index < rows; index += 1) {
    const [city, zip, country] = PLACES[(index * 5) % PLACES.length];
    const name = `${STEMS[index % STEMS.length]} ${KINDS[(index * 7 + Math.floor(index / 26)) % KINDS.length]}${index >= 338 ? " " + (index - 337) : ""}`;
    const wrong = index % 25 === 4 ? "Germny" : index % 61 === 5 ? "Frnace" : index % 90 === 6 ? "Untied Kingdom" : country;
    cells.push([index === 12 || index === 200 ? "" : name, `K-${10001 + index}`, city, zip, index === 18 ? "Korea" : wrong, "", index % 20 === 10 ? "Vendor" : "Customer", index % 6 === 1 ? "Vertrag" : "Test", index % 50 === 7 ? "No" : "Yes",
      index % 70 === 19 ? "0101" : `+49 361 ${554000 + index}`, index % 97 === 13 ? "im Aufbau" : index % 3 === 0 ? `${name.split(" ")[0].toLowerCase()}.example` : ""]);
  }
  for (let index = 2; index < rows; index += 13) cells[index][5] = cells[index - 1][0];
  return { columns: columnsOf(COLUMNS, FIELDS, HOW, WIDTHS), count: rows, cells: (index) => cells[index], header: 4, questions: true, sheets: [{ name: "Companies", rows }, { name: "Contacts", rows: 902 }, { name: "Info", rows: 0 }] };
};

/** Two thirds of it wrong, in many spellings. */
export const wreck = (rows = 15_000) => {
  const made = companies(rows);
  const spellings = Object.keys(MISSPELT);
  return { ...made, questions: false, sheets: [{ name: "Companies", rows }], cells: (index) => {
    const cells = [...made.cells(index)];
    if (index % 3) cells[4] = spellings[(index * 7) % 23 % spellings.length];
    if (index % 11 === 0) cells[10] = "folgt noch";
    if (index % 40 === 0) cells[0] = "";
    return cells;
  } };
};

/** 100,000 rows and 30 columns: made when they are asked for, so that the stand-in holds nothing either. */
export const large = (rows = 100_000, width = 30) => {
  const headers = ["Name", "ExternalCode", "Country", "City", ...Array.from({ length: width - 4 }, (_, index) => `Extra ${index + 1}`)];
  const fields = ["Name", "ExternalCode", "Country", "City", ...Array.from({ length: width - 4 }, (_, index) => index < 10 ? `Field${index + 1}` : null)];
  return { columns: columnsOf(headers, fields, [], ["name", "s", "m", "s"]), count: rows, header: 1, questions: false, sheets: [], encoding: "UTF-8", cells: (index) => {
    const [city, , country] = PLACES[index % PLACES.length];
    return [`${STEMS[index % 26]} ${KINDS[index % 13]} ${index + 1}`, `C-${index + 1}`, index % 500 === 499 ? "Germny" : country, city, ...Array.from({ length: width - 4 }, (_, at) => `v${index + 1}.${at + 1}`)];
  } };
};

/** Every cell and header is a text that means harm. */
export const hostile = () => {
  const headers = ["Name", "Country", ...HOSTILE.slice(0, 5)];
  const rows = HOSTILE.length * 3;
  return { columns: columnsOf(headers, ["Name", "Country", "City", "Address", null, null, null], HOSTILE, ["name"]), count: rows, header: 1, questions: true, sheets: [{ name: HOSTILE[0], rows }, { name: HOSTILE[1], rows: 3 }], cells: (index) => headers.map((_, at) => HOSTILE[(index + at) % HOSTILE.length]) };
};
