//! What is said of filters, value maps and mends that would otherwise pass something over.

use super::{LIST, TREE, VALUES, desk, told, with};

#[test]
fn a_run_of_which_no_row_counts_is_told_like_others() {
    let desk = desk(LIST);
    let run = |more: &[&str]| {
        let run = ["run", "in.csv", "--sandbox", "--yes", "--format", "json"];
        let run = [&run[..], &["--metrics-file", "job.prom"], VALUES, more].concat();
        desk.run(&run)
    };
    let of = |name: &str| {
        let text = desk.read("job.prom");
        let name = format!("partner_import_{name}{{");
        let line = text.lines().find(|line| line.starts_with(&name));
        line.and_then(|line| line.rsplit_once(' '))
            .expect("a sample")
            .1
            .to_owned()
    };
    run(&[]).exits(0);
    let success = of("last_success_timestamp_seconds");
    let none = run(&["--only", "Typ = Kundin"]).exits(0);
    let summary = none.json();
    told(&none, &["no row counts"]);
    assert_eq!(
        (&summary["counts"]["rows"], &summary["counts"]["left_out"]),
        (&0.into(), &3.into())
    );
    assert_eq!(of("left_out_rows"), "3");
    assert_eq!(of("last_success_timestamp_seconds"), success);
    assert_eq!(desk.run(&["runs"]).exits(0).out.lines().count(), 2);
}

#[test]
fn filters_that_match_nothing_or_two_columns_are_told() {
    let desk = desk(
        "Name,Level,Off,Type,Type\nA,EndCustomer,TRUE,Vendor,x\nB,EndCustomer,FALSE,,Vendor\n",
    );
    let check = |more: &[&str]| desk.run(&[&["check", "in.csv"], more].concat());
    let unmet = check(&["--leave-out", "Off = yes"]).exits(0);
    told(
        &unmet,
        &[
            "R363",
            "the filter \"Off = yes\" fits no row",
            "holds TRUE and FALSE",
        ],
    );
    let unmet = check(&["--leave-out", "Name = C"]).exits(0).out;
    assert!(
        unmet.contains("R363") && !unmet.contains("holds"),
        "{unmet}"
    );
    // What another filter has left out is looked at all the same.
    let met = check(&["--leave-out", "Name = A", "--leave-out", "Off = true"])
        .exits(0)
        .out;
    assert!(!met.contains("R363"), "{met}");
    let twice = check(&["--leave-out", "Type = Vendor"]).exits(1);
    told(&twice, &["R353", "is in D and E", "column:D or column:E"]);
    let one = check(&["--leave-out", "column:D = Vendor"]).exits(0).out;
    assert!(one.contains("1 row is left out"), "{one}");
    let kept = check(&["--only", "not Off = true"]).exits(0).out;
    assert!(kept.contains("1 row is left out: Off = true"), "{kept}");
}

#[test]
fn a_word_that_stands_for_two_things_is_refused() {
    let desk = desk("Name,Level\nAcme,Kunde\n");
    let value = ["--value", "Level:Kunde=EndCustomer", "--value"];
    let check = |more: &[&str]| desk.run(&[&["check", "in.csv"], more].concat());
    let twice = check(&with(&value, &["level:KUNDE=Reseller"])).exits(2);
    told(&twice, &["--value", "EndCustomer", "Reseller", "keep one"]);
    check(&with(&value, &["level:KUNDE=EndCustomer"])).exits(0);
    desk.write(
        "p.toml",
        "[values.Level]\nKunde = \"EndCustomer\"\nKUNDE = \"Site\"\n",
    );
    let twice = check(&["--profile", "p.toml"]).exits(2);
    told(
        &twice,
        &["p.toml, line 3", "p.toml, line 2", "EndCustomer", "Site"],
    );
    // What is typed counts before what the profile says.
    desk.write("p.toml", "[values.Level]\nKUNDE = \"Site\"\n");
    check(&with(&value[..2], &["--profile", "p.toml"])).exits(0);
    desk.write("p.toml", "export = \"auto\"\n[input]\nexport = \"none\"\n");
    let twice = check(&["--profile", "p.toml"]).exits(2);
    told(&twice, &["line 3", "`export` is in line 1 as well"]);
}

#[test]
fn a_number_that_is_none_is_refused_in_plain_words() {
    let desk = desk(TREE);
    for number in ["0", "x", "-1"] {
        let first = format!("--first={number}");
        let plan = desk.run(&["plan", "in.csv", "--sandbox", &first]).exits(2);
        told(&plan, &["it takes a whole number from 1"]);
    }
}

#[test]
fn a_mended_copy_holds_what_mends_make() {
    let desk =
        desk("Code,Name,Level,Country\n1,Acme,Kd,Germany \n2,Zen,Kd,DE\n3,Old,EndCustomer,DE\n");
    let mends = "[[value]]\ncolumn = \"Level\"\nfrom = \"Kd\"\nto = \"EndCustomer\"\n\
        [[cell]]\nkey = { Code = \"2\" }\ncolumn = \"Name\"\nfrom = \"Zen\"\nto = \"Zenith\"\n\
        [[leave_out]]\nkey = { Code = \"3\" }\n";
    desk.write("in.mends.toml", mends);
    let fix = ["check", "in.csv", "--mends", "in.mends.toml", "--fix"];
    let fixed = desk.run(&with(&fix, &["out.csv"])).exits(0);
    told(&fixed, &["\"Zen\" -> \"Zenith\" [mends]", "left: errors 0"]);
    let copy = desk.read("out.csv");
    assert!(copy.contains("1,Acme,EndCustomer,"), "{copy}");
    assert!(copy.contains("2,Zenith,EndCustomer,DE"), "{copy}");
    let json = desk
        .run(&with(&fix, &["out2.csv", "--format", "json"]))
        .exits(0)
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("a document");
    assert_eq!(json["changes"][0]["code"], "mends");
}

#[test]
fn a_word_of_several_rows_is_proposed_once_for_all() {
    let desk = desk("Code,Name,Level\n1,Acme,Customr\n2,Zen,Customr\n");
    let fix = ["check", "in.csv", "--fix", "new.mends.toml"];
    desk.run(&fix).exits(1);
    let proposed = desk.read("new.mends.toml");
    let of_all = proposed.contains("[[value]]\n# column = \"Level\"\n# from = \"Customr\"");
    assert!(of_all, "{proposed}");
}

#[test]
fn a_profile_names_mends_as_they_are_seen_from_it() {
    let desk = desk(TREE);
    desk.write("in.mends.toml", "");
    std::fs::create_dir_all(desk.path("profiles/deep")).expect("a folder");
    let init = ["init", "in.csv", "--mends", "in.mends.toml", "--out"];
    desk.run(&with(&init, &["profiles/deep/p.toml"])).exits(0);
    let profile = desk.read("profiles/deep/p.toml");
    let up = std::path::Path::new("..").join("..").join("in.mends.toml");
    let written = format!("mends = {:?}\n", up.display().to_string());
    assert!(profile.contains(&written), "{profile}");
    desk.run(&["check", "in.csv", "--profile", "profiles/deep/p.toml"])
        .exits(0);
    desk.run(&with(&init, &["p.toml"])).exits(0);
    assert!(desk.read("p.toml").contains("mends = \"in.mends.toml\"\n"));
}

#[test]
fn a_row_that_is_kept_and_left_out_is_a_mistake() {
    let desk = desk("Code,Name,Level\n1,Acme,EndCustomer\n");
    let key = "key = { Code = \"1\" }\n";
    desk.write(
        "in.mends.toml",
        format!("[[keep]]\n{key}[[leave_out]]\n{key}"),
    );
    let check = desk.run(&["check", "in.csv", "--mends", "in.mends.toml"]);
    told(
        &check.exits(1),
        &["R357", "one keeps it, one leaves it out"],
    );
}

#[test]
fn what_somebody_has_to_decide_is_proposed_as_comments() {
    let desk = desk(
        "Name,Level,Parent,Country\nAlder GmbH,EndCustomer,,DE\nAlder GmbH,EndCustomer,,DE\n\
         Fir Hotels,Reseller,,DE\nOak,EndCustomer,Fir Hotles,DE\nElm,EndCustomer,Fir Hotles,Germny\n",
    );
    let done = desk.run(&["check", "in.csv", "--fix", "in.mends.toml"]);
    let done = done.exits(1);
    assert!(
        done.out
            .contains("proposed: 0; to be decided by you, as comments: 3"),
        "{}",
        done.out
    );
    let proposed = desk.read("in.mends.toml");
    for part in [
        "# 2 rows: \"Fir Hotels\"? Uncomment it if that is right, or write what is right in `to`\n# [[value]]\n\
         # column = \"Parent\"\n# from = \"Fir Hotles\"\n# to = \"Fir Hotels\"\n",
        "# 1 row: \"DE\"? Uncomment it if that is right, or write what is right in `to`\n# [[cell]]\n",
        "# row 3, D101: \"Alder GmbH\" is the name of row 2 too",
        "# [[leave_out]]\n# key = { \"Name\" = \"Alder GmbH\", \"row:\" = \"3\" }\n",
    ] {
        assert!(proposed.contains(part), "{part} in {proposed}");
    }
    // As it is it changes nothing; uncommented it mends the list.
    desk.run(&["check", "in.csv", "--mends", "in.mends.toml"])
        .exits(1);
    let entry = ["[[", "key", "column", "from", "to"];
    let uncommented = proposed.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if entry.iter().any(|word| rest.starts_with(word)) => rest,
        _ => line,
    });
    let uncommented: Vec<&str> = uncommented.collect();
    desk.write("in.mends.toml", uncommented.join("\n"));
    let mended = ["check", "in.csv", "--mends", "in.mends.toml", "--strict"];
    let mended = desk.run(&[&mended[..], &["--set", "State=InTrial"]].concat());
    mended.exits(0);
}

#[test]
fn a_proposal_for_one_of_several_rows_of_a_name_is_for_that_row() {
    let list = "Name,Level,Country\nGamma,EndCustomer,Austira\nElm,EndCustomer,Germny\nGamma,Reseller,DE\n";
    let desk = desk(list);
    desk.run(&["check", "in.csv", "--fix", "in.mends.toml"])
        .exits(1);
    let proposed = desk.read("in.mends.toml");
    let sentence = "Uncomment it if that is right, or write what is right in `to`\n# [[cell]]\n";
    for part in [
        "# key = { \"Name\" = \"Gamma\", \"row:\" = \"2\" }\n# column = \"Country\"",
        "# key = { \"Name\" = \"Elm\" }\n# column = \"Country\"",
        sentence,
    ] {
        assert!(proposed.contains(part), "{part}: {proposed}");
    }
    // Every comment from the first change on is uncommented, and the cells are changed.
    let cells = proposed.split("\n# 1 row: ").skip(1).map(|one| {
        let (_, entry) = one.split_once('\n').expect("an entry below the question");
        let entry = entry.split("\n\n").next().unwrap_or(entry);
        entry.replace("# ", "") + "\n"
    });
    let cells: String = cells.collect();
    desk.write("all.mends.toml", format!("version = 1\n{cells}"));
    let checked = desk.run(&["check", "in.csv", "--mends", "all.mends.toml"]);
    for word in ["R357", "Austira", "Germny"] {
        assert!(!checked.err.contains(word), "{}", checked.err);
        assert!(!checked.out.contains(word), "{}", checked.out);
    }
}
