//! The result files that people look at: the workbook and the page.

use std::fs;
use std::path::Path;

use partner_import::journal::Fault;
use partner_import::model::{Ending, Happening, Outcome, Parent, Planned, RowIndex, Severity};
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
            "Name|Parent|Phone||ID|ImportStatus|ImportCode|ImportMessage",
            "Site A|Acme|+43 1 234||#1002|created|V501|no country; the parent's is taken",
            "Old||||#77|exists||",
            "Acme||=1+1||#1001|created||",
            "Taken; \"Ltd\"|||left||failed|11001|Partner with such name already exists",
            "|Acme||||invalid|V101 V204|C7: no name; B7: no such level",
            "Below|||||blocked|H301|not sent, because row 7 above it has an error",
            "Lost|||||unknown||sent, but not known whether it was created: the connection was reset",
            "Ünsent\nSecond line|||||pending||not sent: the run stopped before it",
        ]
    );
    assert_eq!(sheets[1].0, "Import summary");
    let summary: Vec<String> = sheets[1].1.iter().map(|row| shown(row)).collect();
    assert_eq!(summary[0], "Import 20260102-030405-abcd||");
    assert_eq!(summary[1], "SANDBOX: no real customer was created||");
    assert_eq!(summary[3], "created|#2|created by this run");
    assert_eq!(summary[11], "rows|#8|");
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
    assert!(notes[1].contains("ref=\"B6\""), "{}", notes[1]);
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
            "rows": [
                [0, 2, 0, 1002, 2, "V501", "no country; the parent's is taken", ["Site A", "Acme", "+43 1 234"]],
                [1, 3, 1, 77, -1000, "", "", ["Old"]],
                [2, 4, 0, 1001, -1000, "", "", ["Acme", "", "=1+1"]],
                [3, 6, 3, 0, -1000, "11001", "Partner with such name already exists", ["Taken; \"Ltd\"", "", "", "left"]],
                [4, 7, 4, 0, null, "V101 V204", "C7: no name; B7: no such level", ["", "Acme"]],
                [5, 8, 5, 0, 4, "H301", "not sent, because row 7 above it has an error", ["Below"]],
                [6, 9, 6, 0, -1000, "", unknown, ["Lost"]],
                [7, 10, 7, 0, -1000, "", "not sent: the run stopped before it", ["Ünsent\nSecond line"]],
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
    assert_eq!(often("href="), 1, "the link that skips to the rows");
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
        "<p class=\"banner\">SANDBOX: no real customer was created</p>",
        "<h1>3 of 8 customers are in the tenant</h1>",
        "<p class=\"sum\">8 rows = 2 created + 1 exists + 1 failed + 1 invalid + 1 blocked + 1 unknown + 1 pending</p>",
        "<h3>The service refused: error 11001</h3><span>1 row</span>",
        "<li>row 6: <bdi>Partner with such name already exists</bdi></li>",
        "<code>partner-import resume 20260102-030405-abcd</code>",
        "rejected.csv</code>",
        "AddPartner 4, Login 1), of which 2 were retries",
        "<p>3 rows came to an outcome: 2 created or found, 1 refused. 6 requests: 4 answered, 1 told to come again later, 1 without a clear answer. \
         Half of the answers came within 200 ms, 95 in 100 within 1.0 s; waiting for the rate limit is no part of it.</p>",
        "aria-label=\"How long answers took, at most 1.0 s in ",
        "<summary>The same as a table</summary>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let script_end = page.rfind("</script>").unwrap();
    assert_eq!(&page[script_end..], "</script>\n</body>\n</html>\n");
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
