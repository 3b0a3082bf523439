//! Lists the data files of known exports, so that a new one needs no Rust.

use std::fmt::Write as _;
use std::path::Path;

#[expect(
    clippy::print_stdout,
    reason = "it is how a build script speaks to cargo"
)]
fn main() {
    let folder = Path::new("src/check/exports");
    println!("cargo::rerun-if-changed={}", folder.display());
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let entries = std::fs::read_dir(folder).expect("the folder is part of the source");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let whole = Path::new(&root).join(&path);
        let whole = whole.to_str().expect("a path in UTF-8");
        writeln!(list, "    ({name:?}, include_str!({whole:?})),").expect("memory");
    }
    list.push_str("]\n");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&out).join("exports.rs"), list).expect("written");
}
