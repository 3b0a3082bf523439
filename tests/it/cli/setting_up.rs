//! Before the first import: `template`, `init`, `lookup`.

use super::desk::{Desk, SMALL, Service};

#[test]
fn the_template_is_understood_in_every_column() {
    let desk = Desk::new();
    let template = desk.run(&["template"]).exits(0).out;
    assert!(template.starts_with('\u{feff}'), "for Excel");
    desk.run(&["template", "empty.csv"]).exits(0);
    assert_eq!(desk.read("empty.csv"), template);
    let shown = desk.run(&["preview", "empty.csv"]).exits(0);
    let columns = template.trim().split(',').count();
    assert_eq!(
        shown.err.matches("(by name)").count(),
        columns,
        "{}",
        shown.err
    );
    assert!(columns > 30, "{columns}");
    let checked = desk.run(&["check", "empty.csv"]).exits(3);
    assert_eq!(checked.out.matches("error[").count(), 1, "{}", checked.out);
    desk.run(&["template", "empty.csv"])
        .exits(2)
        .says(&["empty.csv", "another name"]);
}

#[test]
fn init_writes_a_profile_that_reads_the_file_the_same_way() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Kunde,\"Land \"\"x\"\"\",Staat,Farbe\nEins,DE,Bayern,rot\n",
    );
    let flags = ["--set", "Level=EndCustomer", "--map", "Land \"x\"=Country"];
    let check = |flags: &[&str]| {
        let arguments = [&["check", "in.csv", "--format", "json"], flags].concat();
        let mapping = desk.run(&arguments).exits(0).json()["mapping"].clone();
        let fields = mapping
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["field"].clone());
        fields.collect::<Vec<_>>()
    };
    let before = check(&flags);
    desk.run(&[&["init", "in.csv"], &flags[..]].concat())
        .exits(0)
        .says(&["review the mapping"]);
    let profile = desk.read("partner-import.toml");
    assert!(profile.contains("Level = \"EndCustomer\""), "{profile}");
    assert_eq!(check(&[]), before, "{profile}");
    desk.run(&["init", "in.csv"])
        .exits(2)
        .says(&["partner-import.toml", "--force"]);
    let shown = desk.run(&["init", "in.csv", "--out", "-"]).exits(0).out;
    assert!(shown.contains("[map]"), "{shown}");
}

#[test]
fn init_without_a_terminal_proposes_the_column_that_says_the_level() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Typ,Country\nNord,Partner,DE\nAlder,Kunde,DE\nBirch,Kunde,DE\nCedar,Kunde,DE\n",
    );
    let flags =
        "--force --map Typ=Level --value Level:Kunde=EndCustomer --value Level:Partner=Reseller";
    desk.run(&["init", "in.csv"]).exits(0).says(&[
        "none of the 4 rows says the customer's level",
        "the column \"Typ\"",
        "Kunde = EndCustomer (3), Partner = Reseller (1)",
        flags,
        "no row says the customer's State",
    ]);
    let profile = desk.read("partner-import.toml");
    for line in [
        "# if it says the level: \"Typ\" = \"Level\"",
        "# \"Partner\" = \"Reseller\"",
    ] {
        assert!(profile.contains(line), "{line}: {profile}");
    }
    // Nothing of it counts before somebody says so.
    let checked = desk.run(&["check", "in.csv"]).exits(1);
    assert!(checked.out.contains("V906"), "{}", checked.out);
    let flags: Vec<&str> = flags.split(' ').collect();
    desk.run(&[&["init", "in.csv"][..], &flags].concat())
        .exits(0);
    desk.run(&["check", "in.csv"]).exits(0);
}

#[test]
fn lookup_lists_what_the_tenant_offers() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let lookup = |what: &str, format: &str| {
        desk.run_at(&service, &["lookup", what, "--format", format])
            .exits(0)
    };
    let partners = lookup("partners", "json").json();
    let names: Vec<&str> = partners
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["Name"].as_str())
        .collect();
    assert!(names.contains(&"Bäckerei Süd"), "{names:?}");
    assert!(lookup("locations", "csv").out.starts_with("Id,Name\n1,"));
    assert!(lookup("countries", "table").out.contains("Germany"));
    assert!(lookup("regions", "csv").out.contains("Europe"));
}
