//! The result files that people look at: the workbook and the page.

use std::fs;
use std::path::Path;

use partner_import::journal::Fault;
use partner_import::model::{
    Ending, Happening, Origin, Outcome, Parent, Planned, RowIndex, Severity,
};
use partner_import::report::next::Flags;
use partner_import::report::{ReportOptions, write_all};

use crate::report::*;

type Sheet = Vec<Vec<calamine::Data>>;

/// The sheets of a workbook: name and cells.
fn sheets(path: &Path) -> Vec<(String, Sheet)> {
    use calamine::Reader;
    let mut workbook = calamine::open_workbook_auto(path).unwrap();
    let names = workbook.sheet_names();
    let sheet = |name: String| {
        let range = workbook.worksheet_range(&name).unwrap();
        (name, range.rows().map(<[_]>::to_vec).collect())
    };
    names.into_iter().map(sheet).collect()
}

fn shown(row: &[calamine::Data]) -> String {
    let cells = row.iter().map(|cell| match cell {
        calamine::Data::Empty => String::new(),
        calamine::Data::Float(number) => format!("#{number}"),
        calamine::Data::String(text) => text.clone(),
        other => format!("{other:?}"),
    });
    cells.collect::<Vec<_>>().join("|")
}

#[test]
fn the_workbook_holds_the_same_rows_with_ids_as_numbers_and_the_rest_as_text() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let sheets = sheets(&out.join("results.xlsx"));
    assert_eq!(sheets[0].0, "Customers");
    let rows: Vec<String> = sheets[0].1.iter().map(|row| shown(row)).collect();
    assert_eq!(
        rows,
        [
            "Name|ID|ImportStatus|Parent|Phone||ImportCode|ImportMessage",
            "Site A|#1002|created|Acme|+43 1 234||V501|no country; the parent's is taken",
            "Old|#77|exists|||||",
            "Acme|#1001|created||=1+1|||",
            "Taken; \"Ltd\"||failed|||left|11001|Partner with such name already exists",
            "||invalid|Acme|||V101 V204|C7: no name; B7: no such level",
            "Below||blocked||||H301|not sent, because row 7 above it has an error",
            "Lost||unknown|||||sent, but not known whether it was created: the connection was reset",
            "Ünsent\nSecond line||pending|||||not sent: the run stopped before this row",
        ]
    );
    assert_eq!(sheets[1].0, "Import summary");
    let summary: Vec<String> = sheets[1].1.iter().map(|row| shown(row)).collect();
    assert_eq!(summary[0], "Import 20260102-030405-abcd||");
    assert_eq!(summary[1], "SANDBOX: no real customer was created||");
    assert_eq!(summary[3], "created|#2|created by this run");
    assert_eq!(summary[11], "rows|#8|");
    // The causes, and no digest that nobody reads.
    assert_eq!(
        summary[13],
        "What went wrong|Rows|Cause, and values to change"
    );
    assert_eq!(
        summary[14],
        "11001|#1|Partner with such name already exists"
    );
    assert_eq!(summary[15], "V101|#1|The row has no name");
    assert!(
        !summary.iter().any(|row| row.starts_with("SHA-256")),
        "{summary:?}"
    );
    // ID and status stay in view with the name; messages are wrapped.
    let sheet = part(&out.join("results.xlsx"), "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<pane xSplit=\"3\" ySplit=\"1\" topLeftCell=\"D2\""),
        "{sheet}"
    );
    let styles = part(&out.join("results.xlsx"), "xl/styles.xml");
    assert!(
        styles.contains("<alignment vertical=\"top\" wrapText=\"1\"/>"),
        "{styles}"
    );
}

#[test]
fn odd_texts_survive_the_workbook() {
    let odd = [
        "007", " lead ", "_x0041_", "a\r\nb", "'=x", "<b>&amp;", "\u{1}", "1e5",
    ];
    let store = store(
        &info(&["A", "B", "C", "D", "E", "F", "G", "H"]),
        &[(2, &odd, Planned::Invalid, "V1", "no")],
    );
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let sheets = sheets(&out.join("results.xlsx"));
    let cells: Vec<String> = sheets[0].1[1]
        .iter()
        .take(8)
        .map(ToString::to_string)
        .collect();
    // Our mark before the mark that the cell has already: the reader takes one off.
    assert_eq!(
        cells,
        [
            "007", " lead ", "_x0041_", "a\r\nb", "''=x", "<b>&amp;", "\u{1}", "1e5"
        ]
    );
}

#[test]
fn cells_at_fault_carry_their_problem_as_a_note() {
    let mut store = every_kind();
    let fault = |row, column, severity, text: &str| Fault {
        row: RowIndex(row),
        column,
        code: "V101".into(),
        severity,
        message: text.into(),
        help: String::new(),
        value: String::new(),
        meant: Vec::new(),
    };
    let faults = [
        fault(4, 1, Severity::Error, "no such level"),
        fault(4, 0, Severity::Warning, "too long"),
        fault(4, 0, Severity::Error, "no name"),
        fault(4, 2, Severity::Note, "harmless"),
        fault(5, 99, Severity::Error, "nowhere"),
    ];
    store.add_faults(faults).unwrap();
    let options = ReportOptions::default();
    let (_directory, out, _) = written(&store, &options);
    let notes = part(&out.join("results.xlsx"), "xl/comments1.xml");
    let notes: Vec<&str> = notes.split("<comment ").skip(1).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("ref=\"A6\""), "{}", notes[0]);
    assert!(
        notes[0].contains("partner-import:\nerror V101: no name\n\nwarning V101: too long"),
        "{}",
        notes[0]
    );
    assert!(notes[1].contains("ref=\"D6\""), "{}", notes[1]);
    assert!(notes[1].contains("no such level"), "{}", notes[1]);
}

/// One part of a workbook, unpacked.
fn part(path: &Path, name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn two_reports_of_one_run_are_the_same_byte_for_byte() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let options = ReportOptions::default();
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    let contents = || -> Vec<Vec<u8>> {
        let written = write_all(&store, &out, &options).unwrap();
        written
            .paths
            .iter()
            .map(|path| fs::read(path).unwrap())
            .collect()
    };
    assert!(contents() == contents());
    let core = part(&out.join("results.xlsx"), "docProps/core.xml");
    let began = "<dcterms:created xsi:type=\"dcterms:W3CDTF\">2026-01-02T03:04:05Z<";
    assert!(core.contains(began), "no clock is read: {core}");
}

/// What the page's script is given, as it stands there.
pub(crate) fn block(out: &Path) -> String {
    let page = read(out, "report.html");
    let (_, after) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    after.split_once("</script>").unwrap().0.to_owned()
}

#[test]
fn the_page_holds_every_row_and_its_place_in_the_tree() {
    let store = every_kind();
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let data: serde_json::Value = serde_json::from_str(&block(&out)).unwrap();
    let unknown = "sent, but not known whether it was created: the connection was reset";
    assert_eq!(
        data,
        serde_json::json!({
            "statuses": ["created", "exists", "updated", "failed", "invalid", "blocked", "unknown", "pending"],
            "columns": ["Name", "Parent", "Phone", ""],
            "name": 0,
            "above": {},
            "rows": [
                [0, 2, 0, 1002, 2, "V501", "no country; the parent's is taken", ["Site A", "Acme", "+43 1 234"]],
                [1, 3, 1, 77, -1000, "", "", ["Old"]],
                [2, 4, 0, 1001, -1000, "", "", ["Acme", "", "=1+1"]],
                [3, 6, 3, 0, -1000, "11001", "Partner with such name already exists", ["Taken; \"Ltd\"", "", "", "left"]],
                [4, 7, 4, 0, null, "V101 V204", "C7: no name; B7: no such level", ["", "Acme"]],
                [5, 8, 5, 0, 4, "H301", "not sent, because row 7 above it has an error", ["Below"]],
                [6, 9, 6, 0, -1000, "", unknown, ["Lost"]],
                [7, 10, 7, 0, -1000, "", "not sent: the run stopped before this row", ["Ünsent\nSecond line"]],
            ]
        })
    );
}

#[test]
fn a_sheet_full_of_scripts_does_nothing_to_the_page() {
    let evil = [
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(2)>",
        "\"><svg onload=alert(3)>",
        "<!--",
        "\u{2028}",
        "' style='x",
    ];
    let mut info = info(&evil);
    info.input_path = evil[1].into();
    info.partner = evil[2].into();
    info.sheet = Some(evil[5].into());
    let root = Parent::Customer(id(1000));
    let mut store = store(
        &info,
        &[
            (2, &evil, Planned::Invalid, evil[2], evil[1]),
            (3, &evil, create(evil[0], root), evil[0], evil[3]),
            (4, &evil, create(evil[1], root), "", ""),
        ],
    );
    let failed = Outcome::failed(evil[1], evil[0]).into();
    events(&mut store, &[(1, Happening::Intent), (1, failed)]);
    let options = ReportOptions {
        flags: Flags {
            every: vec![evil[0].into()],
            ..Flags::default()
        },
        ..ReportOptions::default()
    };
    let (_directory, out, _) = written(&store, &options);
    let page = read(&out, "report.html");
    let often = |what: &str| page.matches(what).count();
    assert_eq!(
        (often("<script"), often("</script")),
        (2, 2),
        "the page's own two"
    );
    for (never, where_from) in [
        ("<img", "an element of the input"),
        ("<svg onload", "an element of the input"),
        ("<!--", "a comment of the input"),
        ("\u{2028}", "a line end in a script"),
        (" style=\"", "a style that the policy forbids"),
        (" src=\"", "something to be loaded"),
        ("http-equiv=\"refresh", "a way out"),
    ] {
        assert_eq!(often(never), 0, "{where_from}");
    }
    let links = page.split("href=\"").skip(1);
    for link in links.map(|rest| rest.split('"').next().unwrap_or_default()) {
        let own = ["#rows-title", "results.xlsx", "rejected.csv", "results.csv"];
        assert!(own.contains(&link) || link.starts_with("#i-"), "{link}");
    }
    let policy = "content=\"default-src 'none'; style-src 'sha256-";
    assert!(page.contains(policy), "strict from the first line");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "shown as text"
    );
}

#[test]
fn the_page_tells_what_went_wrong_and_how_to_go_on() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let page = read(&out, "report.html");
    for part in [
        "<p class=\"sandbox\">SANDBOX: no real customer was created</p>",
        "<section class=\"head stopped\"",
        "<span>Stopped: 3 of 8 customers are in the tenant</span></h1>",
        "Left: 1 row not sent yet, 1 row sent with unknown outcome, 2 rows to be fixed, 1 row waiting for one of these.</p>",
        "data-status=\"created\" aria-pressed=\"false\" disabled>",
        "<time datetime=\"2026-01-02T03:04:05Z\">2026-01-02 03:04 UTC</time>",
        "<dd>8 rows = 2 created + 1 exists + 1 failed + 1 invalid + 1 blocked + 1 unknown + 1 pending</dd>",
        "<h3>The service refused <span class=\"code\">11001</span></h3>",
        "<li><span class=\"says\"><q><bdi>Partner with such name already exists</bdi></q></span> <span class=\"rows\">row 6</span></li>",
        "1 row below waits for this and will follow (row 8)</span>",
        "<code>partner-import resume 20260102-030405-abcd</code>",
        "fix them in <a href=\"results.xlsx\">results.xlsx</a> and run that",
        "<li><svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><use href=\"#i-file\"/></svg><span><a href=\"rejected.csv\">rejected.csv</a>",
        "AddPartner 4, Login 1), of which 2 were retries",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for never in [
        "data-status=\"updated\"",
        "<h2 id=\"time-title\">Over time",
        "parent row was not imported<",
    ] {
        assert!(!page.contains(never), "{never}");
    }
    let script_end = page.rfind("</script>").unwrap();
    assert_eq!(&page[script_end..], "</script>\n</body>\n</html>\n");
}

#[test]
fn the_same_wrong_value_is_one_line_and_who_waits_stands_below_it() {
    let mut info = info(&["Name", "Country", "Parent"]);
    info.above.insert(id(1000), "Nordwind <MSP>".into());
    let root = Parent::Customer(id(1000));
    let by = |row| Planned::Blocked { by: RowIndex(row) };
    let wrong = "\"Germny\" is not a country's name";
    let mut store = store(
        &info,
        &[
            (2, &["A", "Germny"], Planned::Invalid, "V402", wrong),
            (3, &["B", "Germny"], Planned::Invalid, "V402", wrong),
            (
                4,
                &["C", "Korea"],
                Planned::Invalid,
                "V403",
                "\"Korea\" fits several countries",
            ),
            (5, &["D", "DE", "B"], by(1), "H301", "not sent"),
            (6, &["E", "DE", "D"], by(3), "H301", "not sent"),
            (7, &["F", "DE"], create("F", root), "V121", "a remark"),
        ],
    );
    let fault = |row, code: &str, value: &str, meant: &[&str]| Fault {
        row: RowIndex(row),
        column: 1,
        code: code.into(),
        severity: Severity::Error,
        message: format!("\"{value}\" is wrong"),
        help: String::new(),
        value: value.into(),
        meant: meant.iter().map(ToString::to_string).collect(),
    };
    let faults = [
        fault(0, "V402", "Germny", &["DE"]),
        fault(1, "V402", "Germny", &["DE"]),
        fault(2, "V403", "Korea", &["KR", "KP"]),
    ];
    store.add_faults(faults).unwrap();
    let created = Outcome::Created(id(7), Origin::Answered).into();
    events(&mut store, &[(5, Happening::Intent), (5, created)]);
    finish(&mut store, Ending::SomeRows);
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let page = read(&out, "report.html");
    for part in [
        "<section class=\"head needs\"",
        "<span>1 created, <span class=\"need\">5 need you</span></span></h1>",
        "3 rows need fixing; 2 rows wait for one of these and will follow. All others are done.",
        "<b><bdi>Germny</bdi> \u{2192} <bdi>Germany (DE)</bdi></b></span> <span class=\"rows\">rows 2, 3</span>",
        "<b><bdi>Korea</bdi> \u{2192} <bdi>South Korea (KR) or North Korea (KP)</bdi></b>",
        "<bdi class=\"column\">Country</bdi> The value is close to a country&#39;s name, but is not one",
        "<span>2 rows below wait for this and will follow (rows 5, 6)</span>",
        ">4 rows<span class=\"vh\"> in the table: The value is close",
        "<h2>Worth a look</h2><span class=\"quiet\">1 remark that kept no row",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("data-code=\"H301\""),
        "no problem of its own"
    );
    let data: serde_json::Value = serde_json::from_str(&block(&out)).unwrap();
    assert_eq!(data["above"], serde_json::json!({"1000": "Nordwind <MSP>"}));
    let at_fault = serde_json::json!([[
        1,
        "error",
        "\"Korea\" is wrong",
        "South Korea (KR) or North Korea (KP)"
    ]]);
    assert_eq!(data["rows"][2][9], at_fault);
    assert_eq!(data["rows"][5].as_array().unwrap().len(), 8);
}

/// What a real shell makes of words that were quoted for it.
#[cfg(unix)]
#[test]
fn sh_reads_back_what_was_quoted() {
    use partner_import::report::shell::Shell;
    let words = [
        "it's",
        "a b",
        "$HOME `id`",
        "*",
        "\\",
        "\"",
        "-n",
        "é|&;<>",
        "=x",
        "%s",
        "!1",
    ];
    let line = Shell::Posix.line(["printf", "%s\\n"].into_iter().chain(words));
    let output = std::process::Command::new("sh")
        .args(["-c", &line])
        .output()
        .expect("there is a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().collect::<Vec<_>>(), words);
}
