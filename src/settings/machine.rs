//! What the machine says: variables of the environment, the platform's directories, the clock. All
//! of it is handed in, so that nothing here reads the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::given::{Content, Entry, Origin};
use super::setting::Variable;
use super::table::variables;
use super::takes::Takes;
use crate::submit::settings::WallClock;

/// The directory of the user's own profile.
pub const CONFIG_DIR: Variable = Variable {
    name: "PARTNER_IMPORT_CONFIG_DIR",
    about: "directory of the user's own profile and of the list of trusted profiles",
    why: "",
};

/// The filters of the log.
pub const LOG: Variable = Variable {
    name: "PARTNER_IMPORT_LOG",
    about: "filters of the log, such as `partner_import=debug`; takes the place of `-v` and `-q` there",
    why: "",
};

/// What the program of `[after] command` is told: the run, how it ended, the list, the directory of the
/// result files.
pub const AFTER: [Variable; 4] = [
    of_after("PARTNER_IMPORT_RUN_ID", "the run"),
    of_after("PARTNER_IMPORT_EXIT_CODE", "how it ended"),
    of_after("PARTNER_IMPORT_LIST", "the list's full path"),
    of_after(
        "PARTNER_IMPORT_RESULTS",
        "the directory of the result files",
    ),
];

const fn of_after(name: &'static str, about: &'static str) -> Variable {
    Variable {
        name,
        about,
        why: "",
    }
}

/// A machine.
#[derive(Clone)]
pub struct Machine {
    /// The variables that give settings, by name.
    pub variables: BTreeMap<&'static str, String>,
    /// Where the user's own profile lies and what is trusted is kept; none without a home directory.
    pub config_dir: Option<PathBuf>,
    /// Where journals are kept unless another place is given; none without a home directory.
    pub data_dir: Option<PathBuf>,
    /// The time of day.
    pub clock: WallClock,
    /// Whether somebody sits at a terminal.
    pub is_watched: bool,
}

impl fmt::Debug for Machine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Variables may hold tokens.
        out.debug_struct("Machine")
            .field("config_dir", &self.config_dir)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

impl Machine {
    /// Asks for every variable that gives a setting; one that holds nothing is none.
    pub fn new(variable: impl Fn(&str) -> Option<String>, clock: WallClock) -> Self {
        let given = variables().filter_map(|(_, one)| Some((one.name, variable(one.name)?)));
        Self {
            variables: given.filter(|(_, text)| !text.trim().is_empty()).collect(),
            config_dir: None,
            data_dir: None,
            clock,
            is_watched: false,
        }
    }

    /// The settings that its environment gives.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let given = variables().filter_map(|(setting, one)| {
            let text = self.variables.get(one.name)?;
            let content = match setting.takes {
                Takes::Secrets => {
                    Content::Texts(text.split_whitespace().map(str::to_owned).collect())
                }
                Takes::Path => Content::Path(PathBuf::from(text)),
                _ => Content::Text(text.clone()),
            };
            Some(Entry {
                setting,
                content,
                origin: Origin::Variable(one.name),
            })
        });
        given.collect()
    }
}
