//! The words of other tools, and the commands that do what they mean.

use std::ffi::OsString;

use crate::report::next::typed;

/// The words of other tools, and what they mean here: `LIST` is where the list goes.
pub(super) const OTHER_WORDS: &[(&[&str], &str, &str)] = &[
    (
        &[
            "import",
            "upload",
            "add",
            "create",
            "sync",
            "apply",
            "execute",
            "exec",
            "submit",
            "send",
            "push",
            "start",
            "migrate",
            "load",
            "insert",
            "provision",
            "begin",
            "do",
        ],
        "to import a list",
        "run LIST",
    ),
    (
        &[
            "update", "modify", "change", "edit", "patch", "upsert", "set",
        ],
        "to change existing customers",
        "run LIST --on-exists update",
    ),
    (
        &["validate", "verify", "lint", "valid", "inspect"],
        "to check a list",
        "check LIST",
    ),
    (
        &["fix", "repair", "mend", "clean"],
        "to fix what can be fixed in only one way",
        "check LIST --fix OUT.xlsx",
    ),
    (
        &["test", "try", "demo", "trial"],
        "to try it without touching anything real",
        "run LIST --sandbox",
    ),
    (
        &[
            "dry-run", "dryrun", "dry_run", "simulate", "diff", "what-if", "whatif", "compare",
        ],
        "to see what a run would do",
        "plan LIST",
    ),
    (
        &[
            "show", "view", "read", "print", "head", "display", "cat", "parse",
        ],
        "to see how a list is read",
        "preview LIST",
    ),
    (
        &[
            "rollback", "revert", "delete", "remove", "rm", "destroy", "cleanup",
        ],
        "to undo a run",
        "undo RUN",
    ),
    (
        &["continue", "retry", "restart", "recover"],
        "to continue the last unfinished run",
        "resume",
    ),
    (
        &["list", "ls", "history", "status", "log", "logs", "jobs"],
        "to list the runs",
        "runs",
    ),
    (
        &["result", "results", "summary", "reports"],
        "to write a run's result files again",
        "report RUN",
    ),
    (
        &[
            "customers",
            "partners",
            "find",
            "search",
            "query",
            "get",
            "tenant",
            "tree",
        ],
        "to list the customers",
        "lookup partners",
    ),
    (
        &["export", "download", "dump", "backup"],
        "to save the list of customers",
        "lookup partners --save FILE.xlsx",
    ),
    (
        &["locations", "location"],
        "to list the locations",
        "lookup locations",
    ),
    (&["countries"], "to list the countries", "lookup countries"),
    (
        &["regions", "region"],
        "to list the regions",
        "lookup regions",
    ),
    (
        &["new", "example", "sample", "blank"],
        "to write a list to fill in",
        "template list.xlsx",
    ),
    (
        &["setup", "configure", "profile", "wizard", "map", "mapping"],
        "to write a profile for a list",
        "init LIST",
    ),
    (
        &["settings", "options"],
        "to see the settings",
        "config show",
    ),
    (
        &[
            "auth",
            "signin",
            "sign-in",
            "logon",
            "password",
            "credentials",
            "token",
        ],
        "to store the password in the system's keyring",
        "login",
    ),
    (
        &["signout", "sign-out", "logoff"],
        "to remove the password",
        "logout",
    ),
    (
        &["ui", "web", "page", "browser", "serve", "window", "app"],
        "to work in the browser",
        "gui",
    ),
    (
        &["why", "code", "error", "describe"],
        "to explain a code",
        "explain CODE",
    ),
    (
        &["server", "mock", "simulator", "fake"],
        "to run the sandbox",
        "sandbox",
    ),
    (
        &["support", "bundle", "diagnose", "diagnostics"],
        "to pack what a maintainer needs",
        "support-bundle",
    ),
    (&["version"], "to see the version", "--version"),
];

/// What a word of another tool means here.
pub(super) fn other_word(word: &OsString) -> Option<(&'static str, &'static str)> {
    let word = word.to_str()?.to_lowercase();
    OTHER_WORDS
        .iter()
        .find(|(words, ..)| words.contains(&word.as_str()))
        .map(|(_, why, command)| (*why, *command))
}

/// The command with what was typed behind the word.
pub(super) fn filled_in(command: &str, rest: &[OsString]) -> String {
    const PLACE: [&str; 3] = ["LIST", "RUN", "CODE"];
    let rest: Vec<String> = rest
        .iter()
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    let mut words: Vec<&str> = command.split(' ').collect();
    let given = words.iter().position(|one| PLACE.contains(one));
    if let Some(place) = given.filter(|_| !rest.is_empty()) {
        words.splice(place..=place, rest.iter().map(String::as_str));
    }
    typed(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stands_in_the_command() {
        let rest = ["my list.csv", "--sandbox"].map(OsString::from);
        let quoted = typed(["run", "my list.csv", "--sandbox", "--on-exists", "update"]);
        assert_eq!(filled_in("run LIST --on-exists update", &rest), quoted);
        assert_eq!(filled_in("run LIST", &[]), "partner-import run LIST");
        assert_eq!(filled_in("runs", &rest), "partner-import runs");
    }
}
