//! The names of a package's parts (OPC) and how relationships lead from one to another. Programs
//! write them in more ways than the standard has; whoever reads and whoever fills in a package must
//! come to the same part.

/// The name under which a part is found: with slashes, none before it, in small letters.
///
/// ```
/// assert_eq!(tables::opc::key("\\XL\\Workbook.xml"), "xl/workbook.xml");
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_lowercase()
}

/// The part that holds the relationships of a part; those of the package itself for an empty name.
///
/// ```
/// use tables::opc::relations_name;
///
/// assert_eq!(relations_name("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
/// assert_eq!(relations_name(""), "_rels/.rels");
/// ```
#[must_use]
pub fn relations_name(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part that a relationship of `part` leads to, from the root and without a slash before it;
/// `has` says whether there is a part of a name.
///
/// The target is taken as the standard has it, and where nothing is there, as programs mean it: with
/// its percent escapes undone, from the root though no slash stands before it, from the part's folder
/// though one does. Where all of that leads nowhere, it is what the standard says.
///
/// ```
/// use tables::opc::resolve;
///
/// let has = |name: &str| name == "xl/worksheets/sheet 1.xml";
/// for target in ["worksheets/sheet 1.xml", "/xl/worksheets/sheet%201.xml", "xl\\worksheets\\sheet 1.xml"] {
///     assert_eq!(resolve("xl/workbook.xml", target, has), "xl/worksheets/sheet 1.xml");
/// }
/// assert_eq!(resolve("xl/workbook.xml", "../docs/a.xml", has), "docs/a.xml");
/// ```
pub fn resolve(part: &str, target: &str, has: impl Fn(&str) -> bool) -> String {
    let target = target.replace('\\', "/");
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = |folder: &str, target: &str| walk(folder, target.trim_start_matches('/'));
    let standard = if target.starts_with('/') {
        below("", &target)
    } else {
        below(folder, &target)
    };
    let meant = || {
        let plain = unescaped(&target);
        let folders = if target.starts_with('/') {
            ["", folder]
        } else {
            [folder, ""]
        };
        let ways = folders.into_iter().flat_map(|from| {
            let ways = [target.as_str(), plain.as_str()];
            ways.map(|target| below(from, target))
        });
        ways.into_iter().find(|name| has(name))
    };
    if has(&standard) {
        return standard;
    }
    meant().unwrap_or(standard)
}

/// The main part of an Office workbook: the one that the package's relationships name, where it is
/// there, else one of the usual name.
pub fn workbook_part(named: Option<&str>, has: impl Fn(&str) -> bool) -> Option<String> {
    let usual = ["xl/workbook.xml", "xl/workbook.bin"];
    let mut all = named.into_iter().chain(usual);
    all.find(|part| has(part)).map(str::to_owned)
}

/// A path as seen from a folder.
fn walk(folder: &str, path: &str) -> String {
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// A text without its percent escapes; as it is where they are none of UTF-8.
fn unescaped(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape =
            (bytes[at] == b'%').then(|| (digit(bytes.get(at + 1)), digit(bytes.get(at + 2))));
        if let Some((Some(high), Some(low))) = escape {
            plain.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            plain.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_lead_to_parts_however_they_are_written() {
        let parts = [
            "xl/worksheets/sheet1.xml",
            "xl/comments1.xml",
            "xl/a%20b.xml",
            "xl/c d.xml",
        ];
        let has = |name: &str| parts.contains(&key(name).as_str());
        for (part, target, expected) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", parts[0]),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", parts[0]),
            ("xl/workbook.xml", "xl/worksheets/sheet1.xml", parts[0]),
            ("xl/workbook.xml", "\\xl\\worksheets\\sheet1.xml", parts[0]),
            ("xl/workbook.xml", "/worksheets/sheet1.xml", parts[0]),
            ("xl/workbook.xml", "worksheets/sheet%31.xml", parts[0]),
            (
                "xl/workbook.xml",
                "../../xl/worksheets/sheet1.xml",
                parts[0],
            ),
            ("workbook.xml", "./xl//worksheets/sheet1.xml", parts[0]),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", parts[1]),
            ("xl/workbook.xml", "a%20b.xml", parts[2]),
            ("xl/workbook.xml", "/xl/c%20d.xml", parts[3]),
            ("xl/workbook.xml", "nowhere%zz.xml", "xl/nowhere%zz.xml"),
            ("", "/docProps/app.xml", "docProps/app.xml"),
        ] {
            assert_eq!(resolve(part, target, has), expected, "{target}");
        }
    }

    #[test]
    fn a_workbook_is_found_where_it_is_named_or_where_it_usually_is() {
        let has = |name: &str| ["xl/workbook.xml", "book.xml"].contains(&name);
        assert_eq!(
            workbook_part(Some("book.xml"), has).as_deref(),
            Some("book.xml")
        );
        assert_eq!(
            workbook_part(Some("gone.xml"), has).as_deref(),
            Some("xl/workbook.xml")
        );
        assert_eq!(workbook_part(None, |_| false), None);
    }
}
