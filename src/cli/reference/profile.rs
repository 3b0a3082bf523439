//! `docs/reference/profile.md`, from the table of settings.

use std::fmt::Write;

use crate::settings::Setting;
use crate::settings::table::{SECTIONS, found_sections, of_section};

/// The page.
pub fn text() -> String {
    let found = found_sections(|section| format!("`[{section}]`"));
    let mut page = format!(
        "# The profile\n\nGenerated from `src/settings/table`; do not edit.\n\n\
         A profile, `partner-import.toml`, says what would otherwise be typed every time. The one \
         that `--profile FILE` names counts, alone; else the one beside the input, else the one in \
         the current directory, and under it the user's own, `partner-import.toml` in \
         `PARTNER_IMPORT_CONFIG_DIR`, else in `~/.config/partner-import` on Linux and macOS and in \
         `%APPDATA%\\partner-import\\config` on Windows. Every command says which it uses. Flags come first, then the environment, then the profile, \
         then the defaults. `partner-import init FILE` writes one with the guessed mapping, and \
         `partner-import config show FILE` tells what counts in the end and where it comes from.\n\n\
         The file is TOML in UTF-8. A key that does not exist, a value that it cannot take and two \
         keys that contradict each other end every command with exit code 2, each named with its \
         line. Paths are seen from the profile. Passwords never stand in it: see \
         [Operating](../operating.md#secrets). `--yes` has no key: a file that lies about does not \
         agree for a person.\n\n\
         ## Trust\n\n\
         A profile that was merely found may have come with the list, so it decides only how a list \
         is read: {found}; a file that it names counts where it lies beside it and is no link. With any \
         other key in it every command \
         that contacts a service or writes ends with exit code 2 and names the keys; `check`, \
         `preview` and others that only show go on and say which keys do not count. \
         `partner-import trust FILE` shows these keys and lets them count until the file changes; \
         `--forget` takes that back. What is trusted is a place and a content (its SHA-256), kept in \
         `trusted` beside the user's own profile. What `init` writes is trusted as it was written. \
         A profile that is named with `--profile`, and the user's own, count whole.\n",
    );
    for (section, about) in SECTIONS {
        let _ = write!(page, "\n## \\[{section}\\]\n\n{about}\n\n");
        let settings: Vec<_> = of_section(section).collect();
        if settings.iter().any(|one| one.takes.is_pairs()) {
            page.push_str(&example(&settings, section));
            continue;
        }
        page.push_str("| key | what it is | what it takes | without it | instead of it |\n|---|---|---|---|---|\n");
        for setting in settings {
            let marked = |text: String| {
                if text.is_empty() {
                    text
                } else {
                    format!("`{text}`")
                }
            };
            let variable = setting.variable.map_or("", |one| one.name).to_owned();
            let others: Vec<String> = [setting.flags_shown(), variable]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(marked)
                .collect();
            let mut without = setting.fallback_shown();
            if without.is_empty() {
                "not set".clone_into(&mut without);
            }
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {without} | {} |",
                setting.name(),
                setting.about,
                setting.takes.shown(),
                others.join(", ")
            );
        }
    }
    page
}

fn example(settings: &[&Setting], section: &str) -> String {
    let special = match section {
        "map" => {
            "```toml\n[map]\n\"Client Name\" = \"Name\"\n\"Notes\" = \"-\"\n\"column:D\" = \"City\"\n```\n\n\
             Headers are found as they stand in the file, else without regard to case, spaces and \
             signs; below a group, by the name below alone, too. `column:D` is the column D of the \
             file, whatever its header. Columns are those of [Columns](columns.md). The same for one time: \
             `--map \"Client Name=Name\"`.\n"
        }
        "default" => {
            "```toml\n[default]\nCountry = \"DE\"\nLevel = \"derive\"\n```\n\nThe same for one time: \
             `--default Country=DE`. `derive` works the level out from the parent's: see \
             [Columns](columns.md).\n"
        }
        "set" => {
            "```toml\n[set]\nLevel = \"EndCustomer\"\nCreateDefaultAccount = false\n```\n\nThe \
             same for one time: `--set Level=EndCustomer`. A flag of either kind takes the place \
             of what the profile says of that column. ID, Name and ExternalCode can have neither: \
             every customer has its own.\n"
        }
        _ => {
            let lines = settings.iter().map(|one| one.example_line() + "\n");
            let flags: Vec<String> = settings.iter().map(|one| one.flags_shown()).collect();
            return format!(
                "```toml\n[{section}]\n{}```\n\nThe same for one time: `{}`.\n",
                lines.collect::<String>(),
                flags.join("`, `")
            );
        }
    };
    special.to_owned()
}
