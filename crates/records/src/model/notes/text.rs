//! Bytes, quotation marks and delimiters in words.

use crate::model::diagnostic::Diagnostic;
use crate::model::rules::reading as rules;
use tables::note::NoteKind;
use tables::text::Escape;

/// Bytes, marks and delimiters.
pub(super) fn of_text(kind: NoteKind, row: u32) -> Diagnostic {
    use NoteKind as N;
    match kind {
        N::EncodingGuessed(name) => Diagnostic::of_file(
            &rules::ENCODING_GUESSED,
            format!("the file is not UTF-8; it was read as {name}, the most likely encoding"),
        )
        .with_help(
            "look at letters with accents; if they are wrong, give the encoding with --encoding",
        ),
        N::DamagedText => Diagnostic::of_file(
            &rules::DAMAGED_TEXT,
            "the text holds bytes that are not in the file's encoding; they were guessed",
        )
        .with_help("type the cell again and save the file as \"CSV UTF-8\""),
        N::NulRemoved => Diagnostic::of_file(
            &rules::NUL_REMOVED,
            "the file holds NUL characters; they were left out",
        ),
        N::DialectGuessed {
            delimiter,
            quote,
            escape,
            usual,
        } => {
            let rule = if usual {
                &rules::DELIMITER_GUESSED
            } else {
                &rules::DIALECT_GUESSED
            };
            let escape = match escape {
                Escape::Backslash => ", with a backslash before quotation marks inside",
                Escape::Doubled => "",
            };
            Diagnostic::of_file(
                rule,
                format!(
                    "cells were taken to be separated by {delimiter} and enclosed in {quote}{escape}"
                ),
            )
            .with_help("look at the rows with `preview`; if cells are split, give the delimiter with --delimiter")
        }
        N::DelimiterUnsure(delimiter) => unsure_delimiter(delimiter.as_deref()),
        N::LinesUnwrapped => Diagnostic::of_file(
            &rules::LINES_UNWRAPPED,
            "whole lines are in quotation marks; these were removed",
        )
        .with_help("look at the rows with `preview`; export the list again if they are torn"),
        N::StrayQuote => Diagnostic::of_file(
            &rules::STRAY_QUOTE,
            "the quotation mark that opens the cell is never closed; the row was read without it",
        )
        .with_help("remove the quotation mark, or close it at the end of the cell"),
        N::QuoteInside => Diagnostic::of_file(
            &rules::QUOTE_INSIDE,
            "a quotation mark inside the cell is not doubled; it was kept as it stands",
        ),
        N::QuotesRepaired => Diagnostic::of_file(
            &rules::QUOTES_REPAIRED,
            format!("the quotation marks of row {row} were repaired"),
        ),
        _ => Diagnostic::of_file(&rules::EMPTY, "the file holds no row")
            .with_help("export the list again and look at it before importing"),
    }
}

/// The reading is good enough to be looked at, and not to be sent.
fn unsure_delimiter(delimiter: Option<&str>) -> Diagnostic {
    let (what, otherwise) = match delimiter {
        None => (
            "each line was taken to be one cell, but all of them could be cut alike".to_owned(),
            "for what separates the cells, e.g. --delimiter semicolon; if each line is one name, \
             give a character that occurs in none of them, e.g. --delimiter pipe",
        ),
        Some(delimiter) => (
            format!("cells were taken to be separated by {delimiter}, which is a guess"),
            "for what separates the cells, e.g. --delimiter space; if each line is one name, \
             give a character that occurs in none of them, e.g. --delimiter pipe",
        ),
    };
    Diagnostic::of_file(
        &rules::DELIMITER_UNSURE,
        format!("{what}; nothing is sent on a guess"),
    )
    .with_help(format!(
        "look at the rows with `preview`, and give --delimiter {otherwise}"
    ))
}
