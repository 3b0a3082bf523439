//! `docs/reference/profile.md`, from the table of settings.

use std::fmt::Write;

use crate::settings::Setting;
use crate::settings::table::{SECTIONS, found_sections, of_section};

/// The page.
pub fn text() -> String {
    let found = found_sections(|section| format!("`[{section}]`"));
    let mut page = format!(
        "# The profile\n\nGenerated from `src/settings/table`; do not edit.\n\n\
         A profile, `partner-import.toml`, holds the settings that you would otherwise type every time. With `--profile FILE`, only that profile counts; otherwise the one beside the input, or else the one in the current directory, and below it in precedence the user's own, `partner-import.toml` in `PARTNER_IMPORT_CONFIG_DIR`, by default `~/.config/partner-import` on Linux and macOS and `%APPDATA%\\partner-import\\config` on Windows. Every command says which profile it uses. Flags override the environment, which overrides the profile, which overrides the defaults. `partner-import init FILE` writes a profile with the guessed mapping, and `partner-import config show FILE` shows the settings in effect and where each comes from.\n\n\
         The file is TOML in UTF-8. An unknown key, an invalid value or two keys that contradict each other end every command with exit code 2, and the message gives the line. Paths are relative to the profile. It never holds passwords: see \
         [Operating](../operating.md#secrets). `--yes` has no key: a file cannot agree on a person's behalf.\n\n\
         ## Trust\n\n\
         A profile that was merely found may have come with the list, so it decides only how a list is read: {found}; a file that it names counts only if it is beside it and is not a link. If it holds any other key, every command that contacts a service or writes ends with exit code 2 and names the keys; `check`, `preview` and other commands that only show something continue and say which keys are ignored. `partner-import trust FILE` shows these keys and lets them count until the file changes; `--forget` revokes that. Trust is bound to the file's path and content (its SHA-256), and is kept in `trusted` beside the user's own profile. A profile written by `init` is trusted as written. In a profile named with `--profile`, and in the user's own, all keys count.\n",
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
             Headers are matched exactly, otherwise without regard to case, spaces and punctuation; below a group, also by the name below alone. `column:D` is column D of the file, whatever its header. The fields are those of [Columns](columns.md). For a single command: `--map \"Client Name=Name\"`.\n"
        }
        "default" => {
            "```toml\n[default]\nCountry = \"DE\"\nLevel = \"derive\"\n```\n\nFor a single command: `--default Country=DE`. `derive` derives the level from the parent's: see \
             [Columns](columns.md).\n"
        }
        "set" => {
            "```toml\n[set]\nLevel = \"EndCustomer\"\nCreateDefaultAccount = false\n```\n\nFor a \
             single command: `--set Level=EndCustomer`. A flag of either kind overrides the \
             profile for that column. ID, Name and ExternalCode can have neither: every customer \
             has its own.\n"
        }
        _ => {
            let lines = settings.iter().map(|one| one.example_line() + "\n");
            let flags: Vec<String> = settings.iter().map(|one| one.flags_shown()).collect();
            return format!(
                "```toml\n[{section}]\n{}```\n\nFor a single command: `{}`.\n",
                lines.collect::<String>(),
                flags.join("`, `")
            );
        }
    };
    special.to_owned()
}
