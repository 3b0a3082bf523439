//! What flags, environment and profile amount to: the machine is asked here, and people hear which
//! profile counts.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use super::args::{Begun, Common, Purpose, Wanted};
use super::show::output::Output;
use crate::check::mapping::is_by_letters;
use crate::flow::failure::Failure;
use crate::report::next::typed;
use crate::settings::profile::trust::{Trust, full};
use crate::settings::table::{LOG_FORMAT, PROGRESS, VERBOSITY, found_sections};
use crate::settings::{CONFIG_DIR, Layers, Machine, Origin, Profile, Settings, profile};

impl Settings {
    /// Resolves what every command shares, and says which profile counts. `input` is the file at
    /// hand, beside which a profile may lie.
    ///
    /// Fails where a profile that was found decides what only a trusted one may, and the command
    /// contacts a service or writes.
    pub fn resolve(common: &Common, input: Option<&Path>, output: Output) -> Result<Self, Failure> {
        let found = Self::of(common, input)?;
        say_profile(&found.profile, common.purpose, output)?;
        Ok(found)
    }

    fn of(common: &Common, input: Option<&Path>) -> Result<Self, Failure> {
        let machine = machine();
        let begun = &common.begun;
        let at_hand = begun
            .profile
            .clone()
            .filter(|_| begun.input.as_deref() == input);
        let mut profile = match at_hand {
            Some(profile) => profile,
            None => load(common, input, &machine)?,
        };
        if input.is_some_and(is_result_in_text) {
            // Letters are those of the list; result files in text have headers that do without, and
            // other columns in these places.
            let by_letters = |name: Option<&str>| name.is_some_and(is_by_letters);
            profile
                .entries
                .retain(|one| !by_letters(one.content.name()));
        }
        Ok(Self::new(profile, (*common.flags).clone(), machine)?)
    }

    /// Settings as they are when no profile is looked for.
    pub fn without_profile(common: &Common) -> Result<Self, Failure> {
        let profile = Profile::default();
        Ok(Self::new(profile, (*common.flags).clone(), machine())?)
    }

    /// The same for a run whose input lay at `input`: a profile beside it counts again.
    pub fn beside(self, common: &Common, input: &Path, output: Output) -> Result<Self, Failure> {
        let found = Self::of(common, Some(input))?;
        let file = |settings: &Self| settings.profile.path.as_deref().map(full);
        if file(&found) != file(&self) {
            say_profile(&found.profile, common.purpose, output)?;
        }
        Ok(Self {
            state_dir: self.state_dir,
            ..found
        })
    }
}

impl Common {
    /// Reads the profile that counts for the input at hand, and works out how much is said. A wrong
    /// profile is reported by the command that needs it.
    pub fn begin(&mut self, input: Option<PathBuf>) {
        let machine = machine();
        let profile = load(self, input.as_deref(), &machine).ok();
        let entries = profile.as_ref().map(|profile| profile.entries.as_slice());
        let layers = Layers::of(&self.flags, &machine, entries.unwrap_or_default());
        let format = layers.get(&LOG_FORMAT).ok();
        self.messages = Wanted {
            progress: layers.is_true(&PROGRESS),
            log_format: format
                .filter(|format| format.origin != Origin::Default)
                .and_then(|format| format.value),
            verbosity: layers.value(&VERBOSITY).ok().flatten().unwrap_or_default(),
        };
        self.begun = Begun { input, profile };
    }
}

/// Reads the profile that counts for the file at hand.
pub fn load(common: &Common, input: Option<&Path>, machine: &Machine) -> Result<Profile, Failure> {
    let trust = Trust(machine.config_dir.as_deref());
    Ok(profile::load(common.profile.as_deref(), input, trust)?)
}

fn say_profile(profile: &Profile, purpose: Purpose, output: Output) -> Result<(), Failure> {
    let files: Vec<String> = profile
        .files()
        .map(|path| path.display().to_string())
        .collect();
    if !files.is_empty() {
        output.say(&format!("profile: {}", files.join(", then ")));
    }
    let Some(path) = profile
        .path
        .as_deref()
        .filter(|_| !profile.held_back.is_empty())
    else {
        return Ok(());
    };
    let whole = super::here::absolute(path);
    let path = path.display();
    let keys = profile.held_back_shown();
    let said = format!("{path} is not trusted, so {keys} cannot count");
    if purpose == Purpose::Show {
        output.say(&said);
        return Ok(());
    }
    let trust = typed(["trust", &whole]);
    Err(Failure::usage(said)
        .hint(format!(
            "review these lines; if they are right, type: {trust}"
        ))
        .hint(format!(
            "a profile that is found decides only how a list is read ({}); one that is named with \
             --profile decides all",
            found_sections(|section| format!("[{section}]"))
        )))
}

/// What this machine says.
pub fn machine() -> Machine {
    let strategy = choose_app_strategy(app()).ok();
    let config_dir = variable(CONFIG_DIR.name).map(PathBuf::from);
    Machine {
        config_dir: config_dir.or_else(|| strategy.as_ref().map(AppStrategy::config_dir)),
        data_dir: usual_state_dir(),
        is_watched: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
        ..Machine::new(variable, Arc::new(crate::flow::clock::now_ms))
    }
}

/// Where journals are kept unless another place is given; `None` without a home directory.
pub fn usual_state_dir() -> Option<PathBuf> {
    let strategy = choose_app_strategy(app()).ok();
    strategy.map(|strategy| strategy.data_dir())
}

/// A variable of the environment that holds something.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|text| !text.trim().is_empty())
}

/// Whether a text file is one of our result files, by its first line.
fn is_result_in_text(path: &Path) -> bool {
    const LONGEST_HEADER: u64 = 1 << 16;
    // What is read from a pipe is gone.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut start));
    let header = start.split(|byte| *byte == b'\n').next();
    let holds = |name: &[u8]| {
        let header = header.unwrap_or_default();
        header.windows(name.len()).any(|part| part == name)
    };
    read.is_ok() && holds(b"ImportStatus") && holds(b"ImportMessage")
}

/// What the platform's directories are named after.
pub fn app() -> AppStrategyArgs {
    AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: String::new(),
        app_name: "partner-import".to_owned(),
    }
}
