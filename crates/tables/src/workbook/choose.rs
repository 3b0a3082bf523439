//! Which sheet of a workbook holds the customers. A pure function over the sheets and a score from
//! the caller, who knows what customer columns are; nothing is read here.

use super::sheets::{SheetInfo, SheetKind, Visibility};
use crate::note::{Note, NoteKind};

/// How much a sheet looks like a list of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// How many of its headers are customer columns.
    pub columns: u32,
    /// How many rows stand below them, among those that were looked at.
    pub rows: u32,
}

/// The choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The sheet's place; none when no visible sheet holds cells.
    pub sheet: Option<usize>,
    /// Why this one.
    pub why: Why,
    /// All other sheets, and why not they.
    pub others: Vec<Other>,
}

/// Why a sheet was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no other visible sheet of cells.
    Only,
    /// It alone has customer columns.
    OnlyKnown,
    /// It has the most customer columns.
    MostColumns,
    /// It is the first of several alike.
    FirstOfSeveral,
    /// None has customer columns; it is the first with rows, or the first.
    NoneKnown,
    /// There is nothing to choose from.
    Nothing,
}

/// A sheet that was not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its place.
    pub sheet: usize,
    /// Its name.
    pub name: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a sheet was not chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is hidden, and has no customer columns.
    Hidden,
    /// It is hidden, but has customer columns.
    HiddenKnown,
    /// It is a chart, a dialog or a macro sheet.
    NotCells,
    /// It has no customer columns.
    NoColumns,
    /// It has customer columns but no rows.
    NoRows,
    /// Its name says that it is an example, a template, instructions or a summary.
    Aside,
    /// Its name says that it holds totals, is an archive or the copy of a sheet; only where all are read.
    Again,
    /// It has far fewer customer columns.
    FewerColumns,
    /// It could have been chosen just as well.
    Candidate,
}

/// A sheet without rows is a form for customers when it has so many of their columns; a single one
/// stands in other sheets, too.
const FORM_COLUMNS: u32 = 2;

/// Chooses the sheet to read. `score` looks at the first rows of the sheet at a place; it is asked
/// for every sheet of cells, hidden ones too, and gives none for a sheet that must not be chosen.
///
/// # Errors
/// Those of `score`.
pub fn choose<E>(
    sheets: &[SheetInfo],
    mut score: impl FnMut(usize) -> Result<Option<Score>, E>,
) -> Result<Choice, E> {
    let mut scores = Vec::with_capacity(sheets.len());
    for (at, sheet) in sheets.iter().enumerate() {
        scores.push(match sheet.kind {
            SheetKind::Worksheet => score(at)?,
            _ => None,
        });
    }
    let visible = |at: usize| sheets[at].visibility == Visibility::Visible;
    let eligible: Vec<(usize, Score)> = scores
        .iter()
        .enumerate()
        .filter_map(|(at, score)| Some((at, (*score)?)))
        .filter(|(at, _)| visible(*at))
        .collect();
    let rank = |at: usize, score: Score| {
        let aside = is_aside(&sheets[at].name);
        (score.columns > 0, score.rows > 0, !aside, score.columns)
    };
    let mut best: Option<(usize, Score)> = None;
    for (at, score) in &eligible {
        if best.is_none_or(|(chosen, of_best)| rank(*at, *score) > rank(chosen, of_best)) {
            best = Some((*at, *score));
        }
    }
    // A form that nobody has filled in yet stands for itself; the example beside it does not.
    if let Some((chosen, _)) = best
        && is_aside(&sheets[chosen].name)
        && let Some(form) = eligible
            .iter()
            .find(|(at, score)| score.columns >= FORM_COLUMNS && !is_aside(&sheets[*at].name))
    {
        best = Some(*form);
    }
    let Some((chosen, best)) = best else {
        return Ok(Choice {
            sheet: None,
            why: Why::Nothing,
            others: others(sheets, &scores, None, Score::default()),
        });
    };
    let others = others(sheets, &scores, Some(chosen), best);
    let rivals = eligible
        .iter()
        .filter(|(at, score)| *at != chosen && score.columns > 0);
    let alike = |other: &Other| {
        other.reason == Reason::Candidate
            && scores[other.sheet].is_some_and(|score| score.columns == best.columns)
    };
    let why = if eligible.len() == 1 {
        Why::Only
    } else if best.columns == 0 {
        Why::NoneKnown
    } else if rivals.count() == 0 {
        Why::OnlyKnown
    } else if others.iter().any(alike) {
        Why::FirstOfSeveral
    } else {
        Why::MostColumns
    };
    Ok(Choice {
        sheet: Some(chosen),
        why,
        others,
    })
}

fn others(
    sheets: &[SheetInfo],
    scores: &[Option<Score>],
    chosen: Option<usize>,
    best: Score,
) -> Vec<Other> {
    let all = sheets.iter().zip(scores).enumerate();
    all.filter(|(at, _)| Some(*at) != chosen)
        .map(|(at, (sheet, score))| Other {
            sheet: at,
            name: sheet.name.clone(),
            reason: reason(sheet, *score, best),
        })
        .collect()
}

fn reason(sheet: &SheetInfo, score: Option<Score>, best: Score) -> Reason {
    let Some(score) = score else {
        return match sheet.kind {
            SheetKind::Worksheet => Reason::Aside,
            _ => Reason::NotCells,
        };
    };
    let hidden = sheet.visibility != Visibility::Visible;
    match score {
        Score { columns: 0, .. } if hidden => Reason::Hidden,
        Score { columns: 0, .. } => Reason::NoColumns,
        Score { rows: 0, .. } if hidden => Reason::Hidden,
        Score { rows: 0, .. } => Reason::NoRows,
        _ if hidden => Reason::HiddenKnown,
        _ if is_aside(&sheet.name) => Reason::Aside,
        _ if score.columns * 2 < best.columns => Reason::FewerColumns,
        _ => Reason::Candidate,
    }
}

/// Whether a sheet's name says that it is not the list itself.
fn is_aside(name: &str) -> bool {
    const WORDS: [&str; 30] = [
        "instruction",
        "readme",
        "read me",
        "help",
        "hilfe",
        "anleitung",
        "hinweis",
        "info",
        "example",
        "sample",
        "beispiel",
        "exemple",
        "ejemplo",
        "template",
        "vorlage",
        "summary",
        "overview",
        "übersicht",
        "uebersicht",
        "zusammenfassung",
        "auswertung",
        "pivot",
        "lookup",
        "legend",
        "legende",
        "dropdown",
        "settings",
        "changelog",
        "cover",
        "deckblatt",
    ];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a sheet's name says that its customers stand on other sheets, or no longer count: totals, an
/// archive, a copy.
fn is_again(name: &str, sheets: &[SheetInfo]) -> bool {
    const WORDS: &str = "total totals totale totales totaux totaal total. summe summen gesamtsumme suma \
        synthèse resumen riepilogo samenvatting archive archives archived archiv archiviert archivo \
        archivio archief arkiv archiwum old alt ancien anciens antiguo antiguos vecchio vecchi oud \
        copy kopie copie copia kopia kopi";
    let name = name.trim().to_lowercase();
    let mut words = name.split(|sign: char| !sign.is_alphanumeric());
    if words.any(|word| !word.is_empty() && WORDS.split_whitespace().any(|one| one == word)) {
        return true;
    }
    // What Excel calls the copy of a sheet: `Customers (2)`.
    let Some((of, number)) = name
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("))
    else {
        return false;
    };
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    numbered
        && sheets
            .iter()
            .any(|sheet| sheet.name.trim().to_lowercase() == of)
}

impl Choice {
    /// Every sheet that can be read when all are, in the order of the workbook: the chosen one, and
    /// the others that are seen, have customer columns and rows, and are no examples, totals, archives
    /// or copies. Where all are, they are what there is.
    pub fn all(&self, sheets: &[SheetInfo]) -> Vec<usize> {
        let mut all = self.alike();
        if all
            .iter()
            .any(|sheet| !is_again(&sheets[*sheet].name, sheets))
        {
            all.retain(|sheet| !is_again(&sheets[*sheet].name, sheets));
        }
        all
    }

    fn alike(&self) -> Vec<usize> {
        let alike =
            |other: &&Other| matches!(other.reason, Reason::Candidate | Reason::FewerColumns);
        let others = self.others.iter().filter(alike).map(|other| other.sheet);
        let mut all: Vec<usize> = self.sheet.into_iter().chain(others).collect();
        all.sort_unstable();
        all
    }

    /// What whoever reads all sheets should know about those that are not read.
    pub fn left_out(&self, sheets: &[SheetInfo]) -> Vec<Note> {
        let all = self.all(sheets);
        let again = self
            .alike()
            .into_iter()
            .filter(|sheet| !all.contains(sheet));
        let again = again.map(|sheet| {
            let left_out = NoteKind::SheetLeftOut {
                name: sheets[sheet].name.clone(),
                reason: Reason::Again,
            };
            left_out.of_file()
        });
        let told = |other: &&Other| {
            !matches!(
                other.reason,
                Reason::Candidate | Reason::FewerColumns | Reason::Hidden
            )
        };
        let note = |other: &Other| {
            let left_out = NoteKind::SheetLeftOut {
                name: other.name.clone(),
                reason: other.reason,
            };
            left_out.of_file()
        };
        self.others
            .iter()
            .filter(told)
            .map(note)
            .chain(again)
            .collect()
    }

    /// What whoever reads one sheet should know about the choice.
    pub fn notes(&self, sheets: &[SheetInfo]) -> Vec<Note> {
        let named = |reason: Reason| -> Vec<String> {
            let found = self.others.iter().filter(|other| other.reason == reason);
            found.map(|other| other.name.clone()).collect()
        };
        let mut found = Vec::new();
        let others = named(Reason::Candidate);
        if let (Some(sheet), false) = (self.sheet, others.is_empty()) {
            let several = NoteKind::SeveralSheets {
                chosen: sheets[sheet].name.clone(),
                why: self.why,
                others,
            };
            found.push(several.of_file());
        }
        let hidden = named(Reason::HiddenKnown);
        if !hidden.is_empty() {
            found.push(NoteKind::HiddenSheets(hidden).of_file());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, visibility: Visibility) -> SheetInfo {
        SheetInfo {
            name: name.into(),
            visibility,
            kind: SheetKind::Worksheet,
            active: false,
        }
    }

    fn check(sheets: &[(&str, Visibility, u32, u32)]) -> Choice {
        let infos: Vec<SheetInfo> = sheets
            .iter()
            .map(|(name, seen, ..)| sheet(name, *seen))
            .collect();
        let scored = choose(&infos, |at| {
            let (name, _, columns, rows) = sheets[at];
            Ok::<_, ()>((name != "never").then_some(Score { columns, rows }))
        });
        scored.unwrap()
    }

    #[test]
    fn the_visible_sheet_with_customers_is_chosen() {
        use Visibility::{Hidden, VeryHidden, Visible};
        let choice = check(&[
            ("Instructions", Visible, 0, 9),
            ("Customers 2019", Hidden, 8, 40),
            ("Lists", VeryHidden, 0, 9),
            ("Customers", Visible, 6, 40),
        ]);
        assert_eq!((choice.sheet, choice.why), (Some(3), Why::OnlyKnown));
        let reasons: Vec<Reason> = choice.others.iter().map(|other| other.reason).collect();
        assert_eq!(
            reasons,
            [Reason::NoColumns, Reason::HiddenKnown, Reason::Hidden]
        );
    }

    #[test]
    fn several_candidates_are_named() {
        use Visibility::Visible;
        let choice = check(&[
            ("North", Visible, 5, 9),
            ("South", Visible, 5, 9),
            ("Example", Visible, 7, 2),
        ]);
        assert_eq!((choice.sheet, choice.why), (Some(0), Why::FirstOfSeveral));
        let infos = [
            sheet("North", Visible),
            sheet("South", Visible),
            sheet("Example", Visible),
        ];
        let found = choice.notes(&infos);
        let several = NoteKind::SeveralSheets {
            chosen: "North".into(),
            why: Why::FirstOfSeveral,
            others: vec!["South".into()],
        };
        assert_eq!(found[0].kind, several);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_sheet_without_a_score_is_never_chosen() {
        use Visibility::{Hidden, Visible};
        let choice = check(&[("never", Visible, 9, 9), ("Empty", Visible, 0, 0)]);
        assert_eq!(choice.sheet, Some(1));
        assert_eq!(choice.others[0].reason, Reason::Aside);
        let choice = check(&[("never", Visible, 9, 9), ("List", Hidden, 9, 9)]);
        assert_eq!(choice.sheet, None);
    }

    #[test]
    fn an_empty_form_is_read_and_not_the_example_beside_it() {
        use Visibility::Visible;
        let form = check(&[("Example", Visible, 33, 5), ("Customers", Visible, 30, 0)]);
        assert_eq!((form.sheet, form.why), (Some(1), Why::MostColumns));
        assert_eq!(form.others[0].reason, Reason::Aside);
        let few = check(&[("Example", Visible, 33, 5), ("Customers", Visible, 2, 0)]);
        assert_eq!(few.sheet, Some(1));
        let stray = check(&[("Customer info", Visible, 9, 5), ("Sheet2", Visible, 1, 0)]);
        assert_eq!(stray.sheet, Some(0));
        let filled = check(&[("Customer info", Visible, 9, 5), ("Sheet2", Visible, 0, 7)]);
        assert_eq!(filled.sheet, Some(0));
    }

    #[test]
    fn fewer_columns_empty_templates_and_charts_lose() {
        use Visibility::{Hidden, Visible};
        let choice = check(&[
            ("Template", Visible, 20, 0),
            ("Contacts", Visible, 1, 9),
            ("Kunden", Visible, 4, 9),
        ]);
        assert_eq!((choice.sheet, choice.why), (Some(2), Why::MostColumns));
        assert_eq!(choice.others[0].reason, Reason::NoRows);
        assert_eq!(choice.others[1].reason, Reason::FewerColumns);
        assert_eq!(check(&[("A", Visible, 0, 3)]).why, Why::Only);
        assert_eq!(check(&[("A", Hidden, 3, 3)]).sheet, None);
        let none = check(&[("A", Visible, 0, 0), ("B", Visible, 0, 5)]);
        assert_eq!((none.sheet, none.why), (Some(1), Why::NoneKnown));
    }
}
