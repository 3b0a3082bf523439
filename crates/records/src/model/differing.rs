//! Rows whose customers are there and otherwise than the rows say: how many, and in what.

use super::number::counted;

/// So many members are named.
const MOST_MEMBERS: usize = 3;

/// How many rows differ, and in which members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differing {
    rows: u64,
    /// Each member with how many rows differ in it.
    members: Vec<(String, u64)>,
}

impl Differing {
    /// Counts a row that differs in these members, given as paths on the wire.
    pub fn add<'m>(&mut self, members: impl IntoIterator<Item = &'m str>) {
        self.rows += 1;
        for path in members {
            let name = column_of(path);
            match self.members.iter_mut().find(|(known, _)| known == name) {
                Some((_, times)) => *times += 1,
                None => self.members.push((name.to_owned(), 1)),
            }
        }
    }

    /// How many rows differ.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// `2 rows differ in ZipCode and City`; empty where none does.
    pub fn told(&self) -> String {
        let verb = match self.rows {
            0 => return String::new(),
            1 => "differs",
            _ => "differ",
        };
        let mut members: Vec<&(String, u64)> = self.members.iter().collect();
        members.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let mut names: Vec<String> = members
            .iter()
            .take(MOST_MEMBERS)
            .map(|(name, _)| name.clone())
            .collect();
        match members.len().saturating_sub(names.len()) {
            0 => {}
            more => names.push(format!("{more} more")),
        }
        let rows = counted(self.rows, "row");
        match names.pop() {
            None => format!("{rows} {verb}"),
            Some(only) if names.is_empty() => format!("{rows} {verb} in {only}"),
            Some(last) => format!("{rows} {verb} in {} and {last}", names.join(", ")),
        }
    }
}

/// A member as the list's columns are called.
fn column_of(path: &str) -> &str {
    match path {
        "Company.PostAddress.State" => "PostState",
        path => path.rsplit('.').next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_members_are_named() {
        let mut differing = Differing::default();
        assert_eq!(differing.told(), "");
        differing.add(["Company.PostAddress.ZipCode"]);
        assert_eq!(differing.told(), "1 row differs in ZipCode");
        differing.add(["Company.PostAddress.State", "Company.PostAddress.ZipCode"]);
        assert_eq!(differing.told(), "2 rows differ in ZipCode and PostState");
        differing.add(["Name", "Level", "Flags"]);
        assert_eq!(
            differing.told(),
            "3 rows differ in ZipCode, PostState, Name and 2 more"
        );
    }
}
