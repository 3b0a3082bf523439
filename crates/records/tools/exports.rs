//! Lists the data files of known exports, so that a new one needs no Rust.
//!
//! The list names each file from the package's folder on, and leaves it to the compiler which folder
//! that is: checkouts that share a target directory share this list too, and each must find its own
//! files.

use std::fmt::Write as _;
use std::path::Path;

/// Where the data files are, from the package's folder on, in which cargo runs this.
const FOLDER: &str = "src/check/exports";

#[expect(
    clippy::print_stdout,
    reason = "it is how a build script speaks to cargo"
)]
fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    let entries = std::fs::read_dir(FOLDER).expect("the folder is part of the source");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str());
            name.expect("a name in UTF-8").to_owned()
        })
        .collect();
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let file = format!("/{FOLDER}/{name}.toml");
        let text = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {file:?}))");
        writeln!(list, "    ({name:?}, {text}),").expect("memory");
    }
    list.push_str("]\n");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&out).join("exports.rs"), list).expect("written");
}
