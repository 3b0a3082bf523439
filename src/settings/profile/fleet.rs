//! A file of many tenants: what the fleet goes by, what its tenants share, and what each has. Every
//! mistake is named with its line, and all of them at once.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::{content, did_you_mean, nearest};
use super::stack::unreadable;
use crate::settings::error::SettingsError;
use crate::settings::given::{Content, Entry, Origin, Place};
use crate::settings::plain_text;
use crate::settings::setting::Setting;
use crate::settings::table::{
    MAX_DURATION, METRICS_FILE, NOTIFY_FILE, NOTIFY_FORMAT, NOTIFY_WHEN, PING, PING_START, RATE,
    STATE_DIR,
};

/// What stands for the tenant's name in a path that tenants share.
pub const NAME: &str = "{name}";

/// A fleet as its file has it.
#[derive(Debug, Clone)]
pub struct FleetFile {
    /// The file.
    pub path: PathBuf,
    /// What all tenants have together: one rate, one place for figures, one who is told.
    pub own: Vec<Entry>,
    /// How many tenants are at work at once.
    pub at_once: Option<NonZeroUsize>,
    /// The tenants, in the order of the file.
    pub tenants: Vec<TenantEntry>,
}

/// A tenant as the file has it. Paths are seen from the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntry {
    /// What it is called: part of paths and labels.
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    /// Its profile.
    pub profile: PathBuf,
    /// Its list.
    pub list: PathBuf,
    /// The file of its password, where the profile does not say it.
    pub password_file: Option<PathBuf>,
    /// Where its result files go.
    pub results: Option<PathBuf>,
}

/// The keys of `[fleet]` that are settings of a run elsewhere, and what each gives here.
pub const OWN: &[(&str, &Setting)] = &[
    ("rate", &RATE),
    ("max_duration", &MAX_DURATION),
    ("state_dir", &STATE_DIR),
    ("metrics_file", &METRICS_FILE),
    ("notify_file", &NOTIFY_FILE),
    ("notify_format", &NOTIFY_FORMAT),
    ("notify_when", &NOTIFY_WHEN),
    ("ping", &PING),
    ("ping_start", &PING_START),
];

const AT_ONCE: &str = "at_once";
/// What a tenant has beside its name.
const OF_TENANT: [&str; 4] = ["profile", "list", "password_file", "results"];
/// A name is part of the names of directories, labels and objects of a cluster.
const LONGEST_NAME: usize = 48;

/// Reads the file.
///
/// # Errors
///
/// Where it cannot be read, or with every mistake in it.
pub fn read(path: &Path) -> Result<FleetFile, SettingsError> {
    match read_as_far(path) {
        (file, None) => Ok(file),
        (_, Some(error)) => Err(error),
    }
}

/// The file as far as it can be read, and what is wrong with the rest: those whom `[fleet]` names hear of
/// that.
pub fn read_as_far(path: &Path) -> (FleetFile, Option<SettingsError>) {
    let text = std::fs::read(path).and_then(plain_text::decode);
    match text {
        Ok(text) => parse_as_far(path, &text),
        Err(error) => (FleetFile::empty(path), Some(unreadable(path, error))),
    }
}

/// The same of a text.
pub fn parse(path: &Path, text: &str) -> Result<FleetFile, SettingsError> {
    match parse_as_far(path, text) {
        (file, None) => Ok(file),
        (_, Some(error)) => Err(error),
    }
}

fn parse_as_far(path: &Path, text: &str) -> (FleetFile, Option<SettingsError>) {
    let mut reading = Reading {
        path,
        text,
        problems: Vec::new(),
        file: FleetFile::empty(path),
    };
    let (table, mistakes) = DeTable::parse_recoverable(text);
    for mistake in &mistakes {
        let at = mistake.span().map_or(0, |span| span.start);
        reading.wrong(at, mistake.message().to_owned());
    }
    // What follows from a mistake of the grammar is none of its own.
    let of_grammar = reading.problems.len();
    reading.all(table.get_ref());
    if of_grammar > 0 {
        reading.problems.truncate(of_grammar);
    }
    reading.problems.sort();
    if reading.problems.is_empty() {
        return (reading.file, None);
    }
    let problems = reading.problems.iter();
    let error = SettingsError::Fleet {
        problems: problems
            .map(|(line, problem)| format!("{}, line {line}: {problem}", path.display()))
            .collect(),
    };
    (reading.file, Some(error))
}

impl FleetFile {
    fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            own: Vec::new(),
            at_once: None,
            tenants: Vec::new(),
        }
    }
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    problems: Vec<(usize, String)>,
    file: FleetFile,
}

type Value<'i> = Spanned<DeValue<'i>>;

/// What a table says of tenants, each key with where it stands.
type Said = Vec<(&'static str, String)>;

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    fn wrong(&mut self, at: usize, problem: String) {
        self.problems.push((self.line(at), problem));
    }

    fn all(&mut self, table: &DeTable<'_>) {
        let find = |wanted: &str| table.iter().find(|(name, _)| *name.get_ref() == wanted);
        let mut shared = Said::new();
        if let Some((_, value)) = find("defaults") {
            match value.get_ref() {
                DeValue::Table(defaults) => shared = self.of_tenants(defaults, &[]),
                _ => self.wrong(value.span().start, "[defaults] is a section".to_owned()),
            }
        }
        for (name, value) in table {
            let at = name.span().start;
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("defaults", _) => {}
                ("fleet", DeValue::Table(own)) => self.own(own),
                ("tenant", DeValue::Array(tenants)) => {
                    tenants.iter().for_each(|one| self.tenant(one, &shared));
                }
                (other, _) => {
                    let meant = nearest(other, ["fleet", "defaults", "tenant"].into_iter());
                    let meant = did_you_mean(meant.map(str::to_owned));
                    let problem = format!(
                        "`{other}` is unknown here{meant}; a fleet has [fleet], [defaults] and a \
                         [[tenant]] for each tenant, the rest belongs in their profiles"
                    );
                    self.wrong(at, problem);
                }
            }
        }
        if self.file.tenants.is_empty() && self.problems.is_empty() {
            self.wrong(0, "there is no [[tenant]]".to_owned());
        }
    }

    fn own(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let (key, at) = (name.get_ref().as_ref(), name.span().start);
            if key == AT_ONCE {
                match number(value.get_ref()) {
                    Some(number) => self.file.at_once = Some(number),
                    None => self.wrong(at, "at_once takes a whole number from 1".to_owned()),
                }
                continue;
            }
            let Some((_, setting)) = OWN.iter().find(|(known, _)| *known == key) else {
                let known = OWN.iter().map(|(known, _)| *known).chain([AT_ONCE]);
                self.unknown(at, key, "[fleet]", known);
                continue;
            };
            match content(setting, value.get_ref()) {
                Ok(content) => {
                    let content = match content {
                        Content::Path(path) => Content::Path(self.beside(&path)),
                        other => other,
                    };
                    let place = Place {
                        file: self.path.to_owned(),
                        line: self.line(at),
                    };
                    self.file.own.push(Entry {
                        setting,
                        content,
                        origin: Origin::Profile(place),
                    });
                }
                Err(problem) => self.wrong(at, format!("{key} cannot be used: {problem}")),
            }
        }
    }

    fn unknown<'k>(
        &mut self,
        at: usize,
        key: &str,
        section: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        let meant = did_you_mean(nearest(key, known).map(|known| format!("`{known}`")));
        self.wrong(at, format!("unknown key `{key}` in {section}{meant}"));
    }

    /// What a table says of tenants; `more` are keys beside the usual ones.
    fn of_tenants(&mut self, table: &DeTable<'_>, more: &[&'static str]) -> Said {
        let mut said = Said::new();
        for (name, value) in table {
            let (key, at) = (name.get_ref().as_ref(), name.span().start);
            let mut known = OF_TENANT.iter().chain(more).copied();
            let Some(known) = known.find(|known| *known == key) else {
                let section = if more.is_empty() {
                    "[defaults]"
                } else {
                    "[[tenant]]"
                };
                self.unknown(at, key, section, OF_TENANT.iter().chain(more).copied());
                continue;
            };
            match value.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    said.push((known, text.to_string()));
                }
                _ => self.wrong(at, format!("{key} takes a text in quotation marks")),
            }
        }
        said
    }

    fn tenant(&mut self, value: &Value<'_>, shared: &Said) {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong(at, "[[tenant]] is a section for each tenant".to_owned());
        };
        let said = self.of_tenants(table, &["name"]);
        let find = |said: &Said, wanted: &str| {
            let found = said.iter().find(|(key, _)| *key == wanted);
            found.map(|(_, text)| text.clone())
        };
        let Some(name) = find(&said, "name") else {
            return self.wrong(at, "this [[tenant]] has no name".to_owned());
        };
        if let Err(problem) = check_name(&name) {
            return self.wrong(at, problem);
        }
        if let Some(other) = self.file.tenants.iter().find(|other| other.name == name) {
            let problem = format!("the tenant \"{name}\" is in line {} as well", other.line);
            return self.wrong(at, problem);
        }
        let here = |key: &str| {
            let text = find(&said, key).or_else(|| find(shared, key))?;
            Some(self.beside(Path::new(&text.replace(NAME, &name))))
        };
        let (list, profile) = (here("list"), here("profile"));
        let (password_file, results) = (here("password_file"), here("results"));
        let Some(list) = list else {
            let problem = format!("the tenant \"{name}\" has no list, and [defaults] has none");
            return self.wrong(at, problem);
        };
        let profile = profile.unwrap_or_else(|| self.beside(Path::new(&format!("{name}.toml"))));
        self.file.tenants.push(TenantEntry {
            line: self.line(at),
            name,
            profile,
            list,
            password_file,
            results,
        });
    }

    fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }
}

fn number(value: &DeValue<'_>) -> Option<NonZeroUsize> {
    match value {
        DeValue::Integer(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// Refuses a name that could not be part of a path, a label and an object's name.
fn check_name(name: &str) -> Result<(), String> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let fits = name.chars().all(|letter| plain(letter) || letter == '-');
    let ends = name.starts_with(plain) && name.ends_with(plain);
    if fits && ends && name.len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(format!(
        "the name \"{name}\" cannot be used: it takes a-z, 0-9 and - within, at most \
         {LONGEST_NAME} characters"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<FleetFile, Vec<String>> {
        parse(Path::new("dir/fleet.toml"), text).map_err(|error| match error {
            SettingsError::Fleet { problems } => problems,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn tenants_have_what_they_share_and_what_is_theirs() {
        let text = "[fleet]\nrate = \"5/s\"\nat_once = 8\nstate_dir = \"state\"\n\
            [defaults]\nlist = \"/srv/{name}/customers.csv\"\npassword_file = \"{name}.password\"\n\
            [[tenant]]\nname = \"north\"\n\
            [[tenant]]\nname = \"west-2\"\nprofile = \"w.toml\"\nlist = \"w.xlsx\"\n";
        let fleet = of(text).unwrap();
        assert_eq!(fleet.at_once.map(NonZeroUsize::get), Some(8));
        let own: Vec<String> = fleet.own.iter().map(|one| format!("{one:?}")).collect();
        assert!(own[0].starts_with("limits.rate = 5/s"), "{own:?}");
        assert!(own[1].contains("dir/state"), "{own:?}");
        let [north, west] = &fleet.tenants[..] else {
            panic!("{fleet:?}")
        };
        assert_eq!(north.line, 8);
        assert_eq!(north.profile, Path::new("dir/north.toml"));
        assert_eq!(north.list, Path::new("/srv/north/customers.csv"));
        assert_eq!(
            north.password_file.as_deref(),
            Some(Path::new("dir/north.password"))
        );
        assert_eq!(west.profile, Path::new("dir/w.toml"));
        assert_eq!(west.list, Path::new("dir/w.xlsx"));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = "[fleet]\nrat = \"5/s\"\nat_once = 0\nmax_duration = \"soon\"\n[target]\n\
            endpoint = \"x\"\n[[tenant]]\nname = \"Nord\"\nlist = \"a\"\n[[tenant]]\nlist = \"a\"\n\
            [[tenant]]\nname = \"a\"\n[[tenant]]\nname = \"b\"\nlist = \"x\"\npasword_file = \"y\"\n\
            [[tenant]]\nname = \"b\"\nlist = \"x\"\n";
        let problems = of(text).unwrap_err();
        for (problem, says) in problems.iter().zip([
            "line 2: unknown key `rat` in [fleet]; did you mean `rate`?",
            "line 3: at_once takes a whole number from 1",
            "line 4: max_duration cannot be used",
            "line 5: `target` is unknown here",
            "line 7: the name \"Nord\" cannot be used",
            "line 10: this [[tenant]] has no name",
            "line 12: the tenant \"a\" has no list",
            "line 17: unknown key `pasword_file` in [[tenant]]; did you mean `password_file`?",
            "line 18: the tenant \"b\" is in line 14 as well",
        ]) {
            assert!(problem.contains(says), "{problem} instead of {says}");
        }
        assert_eq!(problems.len(), 9, "{problems:?}");
        assert!(of("[fleet]\n").unwrap_err()[0].contains("there is no [[tenant]]"));
    }
}
