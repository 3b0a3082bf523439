//! Diagnostics for people, in the manner of compilers: what, where, the value, what to do. The same
//! mistake in many rows is shown once with a count.

use std::io::{self, Write};

use super::excerpt::{Excerpts, Line, visible};
use super::groups::{Groups, More, in_order, is_refusal};
use super::{Findings, counted, sheet_of};
use crate::model::number::grouped;
use crate::model::place::column_letters;
use crate::model::{
    AgainstTenant, Diagnostic, Severity, Source, TableSummary, left_out_shown, printable,
};
use anstyle::{AnsiColor, Style};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// The same mistake in many rows once, and of the same rule in one column ten at most.
    #[default]
    Grouped,
    /// Every diagnostic.
    All,
}

/// Whether the text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// Plain text.
    #[default]
    Off,
    /// ANSI colours.
    On,
}

/// How the text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// How much is shown.
    pub detail: Detail,
    /// Whether it is coloured.
    pub colour: Colour,
    /// Where lines are wrapped.
    pub width: usize,
    /// Where the lines with the counts are: nowhere in a file, in which they are looked for.
    pub counts_width: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            detail: Detail::Grouped,
            colour: Colour::Off,
            width: 80,
            counts_width: usize::MAX,
        }
    }
}

/// Behind so many problems the first one is still in view.
const IN_VIEW: usize = 3;

/// The diagnostics that [`write()`] shows one by one, in the order in which it does: those whose rows
/// are worth having at hand.
pub fn shown(diagnostics: &[Diagnostic], detail: Detail) -> Vec<&Diagnostic> {
    match detail {
        Detail::All => in_order(diagnostics),
        Detail::Grouped => {
            let groups = Groups::of(diagnostics).shown;
            groups.iter().map(|group| group.first).collect()
        }
    }
}

/// Writes the diagnostics, each with its row where `rows` has it: what keeps the whole list from
/// being sent, then errors, warnings and notes. What keeps the list from being sent is repeated
/// before the line with the counts.
pub fn write(
    findings: &Findings<'_>,
    rows: &Excerpts,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        source: findings.source,
        rows,
        colour: options.colour,
        width: options.width.max(40),
        counts_width: options.counts_width.max(40),
        out,
    };
    let mut blocks = 0;
    match options.detail {
        Detail::All => {
            for diagnostic in in_order(findings.diagnostics) {
                page.diagnostic(diagnostic, &[], &[])?;
                blocks += 1;
            }
        }
        Detail::Grouped => {
            let groups = Groups::of(findings.diagnostics);
            for group in &groups.shown {
                page.diagnostic(group.first, &group.others, &group.columns)?;
                if let Some(count) = group.more {
                    page.more(group.first, count)?;
                }
            }
            page.omissions(&groups.omissions)?;
            blocks += groups.shown.len() + groups.omissions.len();
        }
    }
    let refusals: Vec<_> = findings
        .diagnostics
        .iter()
        .filter(|one| is_refusal(one))
        .collect();
    if !refusals.is_empty() && blocks > refusals.len() + IN_VIEW {
        page.again(&refusals, findings.summary)?;
    }
    page.totals(findings)
}

struct Page<'a> {
    source: &'a Source,
    rows: &'a Excerpts,
    colour: Colour,
    width: usize,
    counts_width: usize,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn diagnostic(
        &mut self,
        diagnostic: &Diagnostic,
        others: &[u32],
        columns: &[&Diagnostic],
    ) -> io::Result<()> {
        let severity = diagnostic.severity();
        let label = format!("{}[{}]", severity.as_str(), diagnostic.rule.code);
        let styled = self.styled(&label, style_of(severity));
        let message = wrap(&diagnostic.message, self.width, label.len() + 2, 4);
        writeln!(self.out, "{styled}: {message}")?;
        self.place(diagnostic)?;
        self.row(diagnostic)?;
        if !others.is_empty() {
            let text = format!("the same in {}", rows_listed(others));
            self.note("note", &text)?;
        }
        if !columns.is_empty() {
            self.note("note", &columns_listed(columns))?;
        }
        if !diagnostic.help.is_empty() {
            self.note("help", &diagnostic.help)?;
        }
        writeln!(self.out)
    }

    fn place(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let arrow = self.styled("-->", arrow_style());
        let sheet = sheet_of(self.source, diagnostic);
        let source = Source {
            file: self.source.file.clone(),
            sheet: sheet.map(str::to_owned),
        };
        let mut parts = vec![source.to_string()];
        match (diagnostic.at, diagnostic.line, sheet) {
            (Some(at), Some(line), None) => {
                parts[0] = format!("{}:{line} (row {})", self.source, at.row);
            }
            (Some(at), ..) => parts.push(format!("row {}", at.row)),
            (None, ..) => {}
        }
        if !diagnostic.column.is_empty() {
            parts.push(format!("column {}", diagnostic.column));
        }
        if let Some(at) = diagnostic.at.filter(|at| at.column.is_some()) {
            parts.push(at.to_string());
        }
        let place = parts.join(", ");
        writeln!(self.out, "  {arrow} {}", printable(&place))
    }

    /// The row with its cell underlined; the value alone where the row is not at hand.
    fn row(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let bar = self.styled("|", arrow_style());
        let width = self.width.saturating_sub("   | ".len());
        if let Some((row, faulty)) = self.rows.of(diagnostic) {
            let Line { text, underline } = Line::of(row, faulty, width);
            if !text.is_empty() {
                writeln!(self.out, "   {bar} {text}")?;
            }
            if let Some((start, length)) = underline {
                let marks = self.styled(&"^".repeat(length), style_of(diagnostic.severity()));
                writeln!(self.out, "   {bar} {}{marks}", " ".repeat(start))?;
            }
        } else if let Some(value) = diagnostic.value.as_deref().filter(|one| !one.is_empty()) {
            writeln!(self.out, "   {bar} {}", visible(value, width))?;
        }
        Ok(())
    }

    fn note(&mut self, label: &str, text: &str) -> io::Result<()> {
        let sign = self.styled("=", arrow_style());
        let text = wrap(text, self.width, 7 + label.len(), 11);
        writeln!(self.out, "   {sign} {label}: {text}")
    }

    fn more(&mut self, of: &Diagnostic, more: More) -> io::Result<()> {
        let styled = self.label(of);
        let place = match of.column.as_str() {
            "" => String::new(),
            column => format!(" in column {}", printable(column)),
        };
        let rows = match more.rows {
            rows if rows == more.problems => String::new(),
            rows => format!(", of {}", counted(rows, "row")),
        };
        let text = format!(
            "{} more of this rule{place}{rows}; --all shows each",
            grouped(more.problems)
        );
        writeln!(self.out, "{styled}: {text}\n")
    }

    /// Everything that was left out on the way, in one line.
    fn omissions(&mut self, omissions: &[&Diagnostic]) -> io::Result<()> {
        const MOST: usize = 12;
        const WIDEST: usize = 40;
        let Some(worst) = omissions.iter().max_by_key(|one| one.severity()) else {
            return Ok(());
        };
        let say = |one: &&Diagnostic| {
            let what = one.message.split("; ").next().unwrap_or_default();
            let value = one.value.as_deref().filter(|value| !value.is_empty());
            let value = value.map(|value| format!(" \"{}\"", visible(value, WIDEST)));
            format!("{what}{} [{}]", value.unwrap_or_default(), one.rule.code)
        };
        let mut listed: Vec<String> = omissions.iter().take(MOST).map(say).collect();
        if omissions.len() > MOST {
            listed.push(format!("and {} more", omissions.len() - MOST));
        }
        let severity = worst.severity();
        let styled = self.styled(severity.as_str(), style_of(severity));
        let text = format!("left out: {}; --all shows each", listed.join(", "));
        let text = wrap(&text, self.width, severity.as_str().len() + 2, 4);
        writeln!(self.out, "{styled}: {text}\n")
    }

    /// What keeps the list from being sent, for those who read the end: in a sentence, since what to do
    /// about it is said above.
    fn again(&mut self, refusals: &[&Diagnostic], summary: &TableSummary) -> io::Result<()> {
        let what = match summary.accepted {
            0 => "nothing of the list is sent",
            _ => "rows are not sent",
        };
        writeln!(self.out, "once more: {what}, because of this (see the top)")?;
        for one in refusals {
            let styled = self.label(one);
            let indent = one.severity().as_str().len() + one.rule.code.len() + 4;
            let text = wrap(&one.message, self.width, indent, 4);
            writeln!(self.out, "{styled}: {text}")?;
        }
        writeln!(self.out)
    }

    fn label(&self, of: &Diagnostic) -> String {
        let severity = of.severity();
        let label = format!("{}[{}]", severity.as_str(), of.rule.code);
        self.styled(&label, style_of(severity))
    }

    fn totals(&mut self, findings: &Findings<'_>) -> io::Result<()> {
        let summary = findings.summary;
        let errors = findings.count(Severity::Error);
        let warnings = findings.count(Severity::Warning);
        let notes = match findings.count(Severity::Note) {
            0 => String::new(),
            notes => format!(", {}", counted(notes, "note")),
        };
        let totals = format!(
            "{}: {}: {} accepted, {} invalid, {} blocked; {}, {}{notes}",
            self.source,
            counted(summary.rows, "row"),
            grouped(summary.accepted),
            grouped(summary.invalid),
            grouped(summary.blocked),
            counted(errors, "error"),
            counted(warnings, "warning"),
        );
        writeln!(self.out, "{}", wrap(&totals, self.counts_width, 0, 2))?;
        if let Some(left_out) = left_out_shown(&summary.left_out) {
            writeln!(
                self.out,
                "{}",
                wrap(&printable(&left_out), self.counts_width, 0, 2)
            )?;
        }
        match &summary.tenant {
            Some(tenant) => self.against(tenant),
            None => Ok(()),
        }
    }

    fn against(&mut self, tenant: &AgainstTenant) -> io::Result<()> {
        const MOST: usize = 5;
        let there = &tenant.exists;
        let mut rows: Vec<String> = there
            .iter()
            .take(MOST)
            .map(|one| one.row.to_string())
            .collect();
        if there.len() > MOST {
            rows.push("...".to_owned());
        }
        let rows = match rows.len() {
            0 => String::new(),
            1 => format!(" (row {})", rows[0]),
            _ => format!(" (rows {})", rows.join(", ")),
        };
        let against = format!(
            "against {} ({} at {}, as of {}): {} to create, {} already there{rows}",
            tenant.snapshot,
            counted(tenant.customers, "customer"),
            tenant.endpoint,
            tenant.read_at,
            tenant.create,
            there.len(),
        );
        writeln!(self.out, "{}", wrap(&against, self.counts_width, 0, 2))
    }

    fn styled(&self, text: &str, style: Style) -> String {
        match self.colour {
            Colour::Off => text.to_owned(),
            Colour::On => format!("{style}{text}{style:#}"),
        }
    }
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::Cyan.on_default().bold(),
    }
}

fn arrow_style() -> Style {
    AnsiColor::Blue.on_default().bold()
}

/// All of them: people look here for a column that is missing.
fn columns_listed(columns: &[&Diagnostic]) -> String {
    let listed: Vec<String> = columns
        .iter()
        .map(|one| {
            let header = printable(&one.column);
            match one.at.and_then(|at| at.column) {
                Some(column) if header.is_empty() => column_letters(column),
                Some(column) => format!("{header} ({})", column_letters(column)),
                None => header.into_owned(),
            }
        })
        .collect();
    let words = counted(listed.len(), "more column");
    format!("the same for {words}: {}", listed.join(", "))
}

/// `3 more rows: 5, 9, 12`
fn rows_listed(rows: &[u32]) -> String {
    const MOST: usize = 12;
    let mut listed: Vec<String> = rows.iter().take(MOST).map(ToString::to_string).collect();
    if rows.len() > MOST {
        listed.push("...".to_owned());
    }
    format!("{}: {}", counted(rows.len(), "more row"), listed.join(", "))
}

/// Text in lines of at most `width`, with nothing in it that would move the cursor.
fn wrap(text: &str, width: usize, start: usize, indent: usize) -> String {
    crate::report::wrap::wrap(&printable(text), width, start, indent)
}
