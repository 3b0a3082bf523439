//! How results are written: for people, and for machines of several kinds.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreviewFormat {
    /// For people.
    Table,
    /// Comma-separated.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object per record; with --mapped.
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// Comma-separated.
    Csv,
    /// One JSON array.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// How problems are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// A JSON object per line: every problem, then a summary.
    Jsonl,
    /// GitHub workflow commands.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// `JUnit` XML, for CI systems.
    #[value(help = "JUnit XML, for CI systems")]
    Junit,
}

/// How the result of a run is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunFormat {
    /// For people.
    Text,
    /// One JSON object: the summary.
    Json,
    /// A JSON object per line: every row, then the summary.
    Jsonl,
    /// GitHub workflow commands: an annotation for each row that did not make it.
    Github,
    /// `JUnit` XML: a case for the run, and one for each row that did not make it.
    Junit,
    /// The last of the JSON lines, the summary: what is written beside log lines for machines where
    /// nothing was asked for. The rows hold customers' data, which no log is to have.
    #[value(skip)]
    Summary,
}

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people: a tree below what is there.
    #[value(alias = "tree")]
    Text,
    /// For people: a line per row.
    Table,
    /// One JSON object.
    Json,
    /// A JSON object per line: every row, then a summary.
    Jsonl,
    /// The problems as GitHub workflow commands.
    Github,
    /// The problems as SARIF 2.1.0.
    Sarif,
    /// The problems as `JUnit` XML, for CI systems.
    Junit,
}

impl From<RunFormat> for PlanFormat {
    fn from(format: RunFormat) -> Self {
        match format {
            RunFormat::Text => Self::Text,
            RunFormat::Json => Self::Json,
            RunFormat::Jsonl | RunFormat::Summary => Self::Jsonl,
            RunFormat::Github => Self::Github,
            RunFormat::Junit => Self::Junit,
        }
    }
}

/// How settings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableOrJson {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}
