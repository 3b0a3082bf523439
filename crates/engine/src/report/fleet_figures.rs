//! The figures of many tenants in one file, each with its tenant's label. Pure.

use super::metrics::{self, Former, Sample};

/// The figures of many tenants as one file, each with its name as the label `tenant`. `former` is what
/// stood in its place: what it says of tenants that are not among `samples` stays.
pub fn metrics(samples: &[(String, Sample)], former: &str) -> String {
    let mut pages = Pages::default();
    let mut earlier = Pages::default();
    earlier.add(former, None);
    for (name, sample) in samples {
        let own = earlier.of_tenant(name);
        pages.add(&metrics::text(sample, &Former::read(&own)), Some(name));
    }
    let is_here = |line: &str| {
        let here = |(name, _): &(String, Sample)| line.contains(&label(name));
        samples.iter().any(here)
    };
    for family in &earlier.0 {
        for line in family.lines.iter().filter(|line| !is_here(line)) {
            pages.family(&family.name).lines.push(line.clone());
        }
    }
    pages.text()
}

/// The tenants of whom a file of figures tells.
pub fn tenants_of(former: &str) -> Vec<String> {
    let mut names: Vec<String> = former
        .lines()
        .filter(|line| line.starts_with("partner_import_"))
        .filter_map(|line| line.split_once("{tenant=\"")?.1.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// `{tenant="north",`
fn label(tenant: &str) -> String {
    format!("{{tenant=\"{tenant}\",")
}

/// A file of figures, family by family.
#[derive(Debug, Default)]
struct Pages(Vec<Family>);

#[derive(Debug, Default)]
struct Family {
    name: String,
    /// `# HELP` and `# TYPE`.
    about: Vec<String>,
    lines: Vec<String>,
}

impl Pages {
    fn family(&mut self, name: &str) -> &mut Family {
        let at = self.0.iter().position(|one| one.name == name);
        let at = at.unwrap_or_else(|| {
            self.0.push(Family {
                name: name.to_owned(),
                ..Family::default()
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Adds a file's lines, with a tenant's label where they get one.
    fn add(&mut self, text: &str, tenant: Option<&str>) {
        for line in text.lines() {
            if let Some(about) = line.strip_prefix("# ") {
                let Some(name) = about.split(' ').nth(1) else {
                    continue;
                };
                let kind = about.split(' ').next().unwrap_or_default();
                let family = self.family(name);
                let known = format!("# {kind} ");
                if !family.about.iter().any(|one| one.starts_with(&known)) {
                    family.about.push(line.to_owned());
                }
            } else if let Some((name, rest)) = line.split_once('{') {
                let line = match tenant {
                    Some(tenant) => format!("{name}{}{rest}", label(tenant)),
                    None => line.to_owned(),
                };
                self.family(name).lines.push(line);
            }
        }
    }

    /// A tenant's lines as a run of its own would have written them.
    fn of_tenant(&self, tenant: &str) -> String {
        let label = label(tenant);
        let lines = self.0.iter().flat_map(|family| &family.lines);
        let own = lines.filter(|line| line.contains(&label));
        own.map(|line| line.replacen(&label, "{", 1) + "\n")
            .collect()
    }

    fn text(&self) -> String {
        let families = self.0.iter().filter(|family| !family.lines.is_empty());
        let lines = families.flat_map(|family| family.about.iter().chain(&family.lines));
        lines.map(|line| format!("{line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::metrics::tests::sample;
    use super::*;
    use crate::model::Ending;

    #[test]
    fn each_tenant_keeps_its_last_success_and_who_is_not_there_stays() {
        let tenants = |one: Ending, other: Ending, ms: i64| {
            [("a", one), ("b", other)].map(|(name, ending)| (name.to_owned(), sample(ending, ms)))
        };
        let first = metrics(&tenants(Ending::Done, Ending::Refused, 1_000_000), "");
        let second = metrics(&tenants(Ending::Stopped, Ending::Done, 2_000_000), &first);
        let value = |text: &str, tenant: &str| {
            let series = format!(
                "partner_import_last_success_timestamp_seconds{}",
                label(tenant)
            );
            let line = text.lines().find(|line| line.starts_with(&series));
            line.unwrap().rsplit_once(' ').unwrap().1.to_owned()
        };
        assert_eq!(
            (&*value(&first, "a"), &*value(&first, "b")),
            ("1000.000", "0")
        );
        assert_eq!(
            (&*value(&second, "a"), &*value(&second, "b")),
            ("1000.000", "2000.000")
        );
        let only = [("b".to_owned(), sample(Ending::Done, 3_000_000))];
        let third = metrics(&only, &second);
        assert_eq!(
            (&*value(&third, "a"), &*value(&third, "b")),
            ("1000.000", "3000.000")
        );
        // Every family stands together, once.
        let help = third.matches("# HELP partner_import_exit_code ").count();
        let codes = third.matches("partner_import_exit_code{").count();
        assert_eq!((help, codes), (1, 2), "{third}");
        let first_of = |text: &str| third.find(text).unwrap();
        let between = &third[first_of("# HELP partner_import_exit_code")..];
        let between = between.lines().skip(2).take(2);
        assert!(
            between
                .clone()
                .all(|line| line.starts_with("partner_import_exit_code{"))
        );
    }
}
