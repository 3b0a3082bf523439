//! A machine in a directory: command lines as they stand in the files, run below it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use partner_import::sandbox::ACCOUNT_PASSWORD;

use crate::cli::desk::{Desk, Done, SMALL, Service, end_of};

/// Directories of the machines that the files are for, and where they are here.
const ROOTS: &[(&str, &str)] = &[
    ("/srv/partner-import/", "srv/"),
    ("/etc/partner-import/", "etc/"),
    ("/run/secrets/partner-import/", "secrets/"),
    ("${CREDENTIALS_DIRECTORY}/", "secrets/"),
    ("/var/lib/partner-import/", "lib/"),
    ("/var/cache/partner-import/", "cache/"),
    ("/input/", "input/"),
    ("/state", "state-of-pod"),
    ("C:\\ProgramData\\partner-import\\", "data/"),
];

/// Such a machine, with the service it talks to.
pub(super) struct Place {
    pub(super) desk: Desk,
    pub(super) service: Service,
    profile: String,
}

impl Place {
    /// One whose profile says this.
    pub(super) fn new(profile: &str) -> Self {
        Self {
            desk: Desk::new(),
            service: Service::new(),
            profile: profile.to_owned(),
        }
    }

    /// A word of a command line with its path put below the directory.
    #[track_caller]
    fn here(&self, word: &str) -> String {
        let (flag, path) = match word.split_once('=') {
            Some((flag, path)) if flag.starts_with("--") => (format!("{flag}="), path),
            _ => (String::new(), word),
        };
        let root = ROOTS.iter().find(|(root, _)| path.starts_with(root));
        let Some((root, below)) = root else {
            assert!(!path.contains(['/', '\\', '$']), "{path} is nowhere");
            return word.to_owned();
        };
        let path = format!("{below}{}", path[root.len()..].replace('\\', "/"));
        assert!(!path.contains('$'), "{word}");
        format!("{flag}{}", self.desk.path(&path).display())
    }

    /// The words after the program's name, for this place, and what they name made: the list, the
    /// profile, the password, the directories that the machine provides.
    #[track_caller]
    pub(super) fn furnish(&self, words: &[String]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|word| self.here(word)).collect();
        let make = |path: &PathBuf, text: &str| {
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, text).expect("a file is written");
        };
        make(&value(&words, "--profile"), &self.profile);
        make(&value(&words, "--password-file"), ACCOUNT_PASSWORD);
        let input = words.iter().find(|word| word.ends_with("customers.csv"));
        make(&PathBuf::from(input.expect("a list")), SMALL);
        let metrics = value(&words, "--metrics-file");
        fs::create_dir_all(metrics.parent().expect("a parent")).expect("a directory");
        words
    }

    /// Sends a command to the service of this place, and takes nothing else from the environment
    /// that says where and who.
    pub(super) fn aim(&self, command: &mut Command) {
        command.env("PARTNER_IMPORT_ENDPOINT", &self.service.endpoint);
        command.env_remove("PARTNER_IMPORT_STATE_DIR");
    }

    /// Runs the program with such words; twice: the second night creates nothing. Looks at what they
    /// say will be there.
    #[track_caller]
    pub(super) fn night(&self, words: &[String]) {
        let words = self.furnish(words);
        let mut command = self.desk.tool(&words);
        self.aim(&mut command);
        let run = |command: &mut Command| -> Done { end_of(command.spawn().expect("it starts")) };
        run(&mut command).exits(0);
        self.look(&words);
        run(&mut command).exits(0);
        self.look(&words);
    }

    /// The customers are there, and results, journal and figures where the words say.
    #[track_caller]
    pub(super) fn look(&self, words: &[String]) {
        assert_eq!(self.service.added().len(), 3);
        let out = value(words, "--out");
        assert!(out.join("summary.json").is_file(), "{}", out.display());
        let state = value(words, "--state-dir");
        assert!(state.join("runs").is_dir(), "{}", state.display());
        let metrics = value(words, "--metrics-file");
        let metrics = fs::read_to_string(&metrics).expect("metrics");
        let profile = value(words, "--profile");
        let profile = profile.file_stem().expect("a name").to_string_lossy();
        assert!(
            metrics.contains(&format!("profile=\"{profile}\"")),
            "{metrics}"
        );
    }
}

/// What stands behind a flag.
#[track_caller]
pub(super) fn value(words: &[String], flag: &str) -> PathBuf {
    let beside = words.iter().position(|word| word == flag);
    let beside = beside.and_then(|at| words.get(at + 1).cloned());
    let joined = || {
        words
            .iter()
            .find_map(|word| word.strip_prefix(&format!("{flag}=")).map(str::to_owned))
    };
    let value = beside.or_else(joined);
    value
        .unwrap_or_else(|| panic!("no {flag} in {words:?}"))
        .into()
}
