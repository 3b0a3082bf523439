//! What `packaging/build.sh` puts together: every file that is named exists, and the installer offers
//! what the program reads. Whether the packages work is tried by the script itself.

use std::collections::BTreeSet;

use toml::Table;

use super::file;
use crate::tidy::code::root;

fn manifest() -> Table {
    file("Cargo.toml").parse().expect("TOML")
}

#[test]
fn what_the_deb_holds_is_there() {
    let manifest = manifest();
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets = deb["assets"].as_array().expect("assets");
    assert!(assets.len() > 10);
    for asset in assets {
        let from = asset[0].as_str().expect("a path");
        // Made while packaging.
        if from.starts_with("target/") {
            continue;
        }
        let (folder, pattern) = from.rsplit_once('/').unwrap_or((".", from));
        let folder = root().join(folder.trim_end_matches("/**"));
        if pattern.contains('*') {
            let files = std::fs::read_dir(&folder).map(Iterator::count);
            assert!(files.is_ok_and(|files| files > 0), "{from}");
        } else {
            assert!(folder.join(pattern).is_file(), "{from}");
        }
    }
    // The unit starts the program where the package puts it.
    assert_eq!(assets[0][1].as_str(), Some("usr/bin/"));
    let unit = file("packaging/systemd/partner-import@.service");
    assert!(unit.contains("ExecStart=/usr/bin/partner-import "));
}

#[test]
fn the_explorer_offers_it_for_every_kind_of_list() {
    let source = file("packaging/windows/partner-import.wxs");
    let offered: BTreeSet<&str> = source
        .split("\\SupportedTypes\"")
        .skip(1)
        .filter_map(|rest| rest.split_once("Name=\".")?.1.split('"').next())
        .collect();
    // The command line's own help names what it reads.
    let help = crate::cli::desk::Desk::new().run(&["gui", "--help"]).out;
    let named = help
        .split_once("The list of customers to open: ")
        .and_then(|(_, rest)| rest.lines().next())
        .expect("the endings in the help");
    let named = named.replace(" or ", ", ").to_lowercase();
    let read: BTreeSet<&str> = named.split(", ").collect();
    assert_eq!(offered, read);
}

#[test]
fn the_installer_belongs_to_one_user() {
    let source = file("packaging/windows/partner-import.wxs");
    assert!(source.contains("InstallScope=\"perUser\""));
    let values = source.matches("<RegistryValue ").count();
    assert!(values > 5);
    assert_eq!(source.matches("Root=\"HKCU\"").count(), values);
    // What upgrades recognise each other by: never another one.
    assert!(source.contains("UpgradeCode=\"6B2C4C5E-0D0F-4F0B-9B5E-2E6C9A8B7D41\""));
    assert!(file("packaging/windows/partner-import.manifest").contains("level=\"asInvoker\""));
}

/// `cargo binstall` finds the archives under the names that the script gives them.
#[test]
fn archives_have_the_names_that_binstall_asks_for() {
    let manifest = manifest();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let script = file("packaging/build.sh");
    assert!(script.contains("name=partner-import-$version-$target"));
    assert!(script.contains("name=partner-import-$version-$windows"));
    let filled = |text: &str, target: &str, suffix: &str| {
        text.replace("{ name }", "partner-import")
            .replace("{ version }", "1.2.3")
            .replace("{ target }", target)
            .replace("{ archive-suffix }", suffix)
    };
    let url = |target: &str| {
        let own = binstall["overrides"].get(target);
        let url = own.and_then(|own| own.get("pkg-url"));
        let url = url.unwrap_or(&binstall["pkg-url"]);
        let format = own.and_then(|own| own.get("pkg-fmt"));
        let zip = format.and_then(toml::Value::as_str) == Some("zip");
        let suffix = if zip { ".zip" } else { ".tar.gz" };
        filled(url.as_str().expect("a URL"), target, suffix)
    };
    let place = "{ repo }/releases/download/v1.2.3/partner-import-1.2.3-";
    for (target, archive) in [
        (
            "x86_64-unknown-linux-gnu",
            "x86_64-unknown-linux-musl.tar.gz",
        ),
        (
            "x86_64-unknown-linux-musl",
            "x86_64-unknown-linux-musl.tar.gz",
        ),
        ("aarch64-apple-darwin", "aarch64-apple-darwin.tar.gz"),
        ("x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu.zip"),
        ("x86_64-pc-windows-gnu", "x86_64-pc-windows-gnu.zip"),
    ] {
        assert_eq!(url(target), format!("{place}{archive}"), "{target}");
    }
}

#[cfg(unix)]
#[test]
fn the_script_says_what_it_makes_and_refuses_what_it_does_not_know() {
    let run = |arguments: &[&str]| {
        let done = std::process::Command::new("bash")
            .arg(root().join("packaging/build.sh"))
            .args(arguments)
            .output()
            .expect("bash");
        let text = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8(text).expect("UTF-8"))
    };
    let (code, help) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for word in ["deb", "tarball", "windows", "--place", "--install-tools"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for wrong in [&["rpm"][..], &["--out"], &["--place", "http://example.com"]] {
        let (code, told) = run(wrong);
        assert_eq!(code, Some(2), "{wrong:?}");
        assert!(told.contains("packaging/build.sh: "), "{told}");
    }
}
