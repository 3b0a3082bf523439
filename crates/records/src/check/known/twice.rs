//! Rows that an earlier run refused for another row's code or name, and that stand alone when they
//! are read again: unchanged, they would be taken for the other row's customer.

use std::collections::{HashMap, HashSet};

use super::matching::{Matching, Numbered, Pair, Place, only};
use super::rows::{KnownRows, plain};
use super::saved::agree;
use crate::check::cell::{Problem, quoted};
use crate::check::field::Field;
use crate::check::mapping::Mapping;
use crate::model::rules::Rule;
use crate::model::rules::duplicates::{EXTERNAL_CODE_TWICE, NAME_TWICE};
use crate::model::{Diagnostic, Row, RowIndex};

/// What two rows have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shared {
    Code,
    Name,
}

impl Shared {
    fn rule(self) -> &'static Rule {
        match self {
            Self::Code => &EXTERNAL_CODE_TWICE,
            Self::Name => &NAME_TWICE,
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Code => "external code",
            Self::Name => "name, below the same parent,",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Code => {
                "give the row a different external code, or delete it if it is the same customer"
            }
            Self::Name => "give the row a different name, or delete it if it is the same customer",
        }
    }
}

/// A row that has what a known row has.
#[derive(Debug)]
struct Claim {
    owner: Option<u32>,
    shared: Shared,
    diagnostic: Diagnostic,
}

/// Finds the rows that claim what another row of the run has.
#[derive(Debug)]
pub(super) struct Twice {
    id: Option<usize>,
    by_code: HashMap<Box<str>, Vec<u32>>,
    /// Known rows that stand in the table, with what they had.
    here: HashSet<(Shared, u32)>,
    claims: Vec<Claim>,
}

impl Twice {
    pub(super) fn of(known: &KnownRows, mapping: &Mapping, matching: &Matching) -> Self {
        let code = matching.pair_of(Field::ExternalCode);
        Self {
            id: mapping.index_of(Field::Id),
            by_code: code.map(|pair| by_code(known, pair)).unwrap_or_default(),
            here: HashSet::new(),
            claims: Vec::new(),
        }
    }

    /// Takes a row, and the known one that it comes from.
    pub(super) fn row(
        &mut self,
        known: &KnownRows,
        matching: &Matching,
        at: Numbered<'_>,
        before: Option<Row<'_>>,
    ) {
        let row = at.row;
        let has_id = self.id.is_some_and(|id| !plain(row.text(id)).is_empty());
        for shared in [Shared::Code, Shared::Name] {
            let (pair, others) = match shared {
                Shared::Code => match matching.pair_of(Field::ExternalCode) {
                    Some(pair) => (pair, self.with_code(&text_of(pair, row, before))),
                    None => continue,
                },
                Shared::Name => {
                    let name = text_of(&matching.name, row, before);
                    (&matching.name, matching.named(known, &name, row))
                }
            };
            let rows = || others.iter().filter_map(|other| known.row(*other));
            let own = before.or_else(|| only(rows(), |one| matching.others_agree(one, row)));
            let own = own.map(KnownRows::place_of);
            if let Some(own) = own.filter(|own| others.contains(own)) {
                self.here.insert((shared, own));
            }
            // A row that has an id is told by it; one that the run never had may be its owner, mended.
            if has_id || (own.is_none() && others.len() < 2) {
                continue;
            }
            let owns = |other: &&u32| Some(**other) != own && known.owns(**other);
            let owner = others.iter().find(owns).copied();
            let refused = || {
                own.is_some_and(|own| others == [own] && known.was_refused(own, shared.rule().code))
            };
            if owner.is_none() && !refused() {
                continue;
            }
            let text = text_of(pair, row, before);
            let problem = problem(known, shared, &text, owner);
            let diagnostic = pair.here.diagnostic(at, &text, problem);
            self.claims.push(Claim {
                owner,
                shared,
                diagnostic,
            });
            return;
        }
    }

    fn with_code(&self, code: &str) -> Vec<u32> {
        self.by_code.get(code).cloned().unwrap_or_default()
    }

    /// The claims on what is not in the table too; what is there twice is seen there.
    pub(super) fn finish(self) -> impl Iterator<Item = Diagnostic> {
        let here = self.here;
        let claims = self.claims.into_iter();
        let alone = claims.filter(move |claim| {
            claim
                .owner
                .is_none_or(|owner| !here.contains(&(claim.shared, owner)))
        });
        alone.map(|claim| claim.diagnostic)
    }
}

fn by_code(known: &KnownRows, pair: &Pair) -> HashMap<Box<str>, Vec<u32>> {
    let mut found: HashMap<Box<str>, Vec<u32>> = HashMap::new();
    for index in 0..known.len() {
        let code = known
            .row(index)
            .map_or("", |row| plain(row.text(pair.there)));
        if !code.is_empty() {
            found.entry(code.into()).or_default().push(index);
        }
    }
    found
}

/// The row's text, as it was before a spreadsheet program changed it.
fn text_of(pair: &Pair, row: Row<'_>, before: Option<Row<'_>>) -> String {
    let text = plain(row.text(pair.here.cell));
    let before = before.map(|before| plain(before.text(pair.there)).to_owned());
    before
        .filter(|before| agree(before, text))
        .unwrap_or_else(|| text.to_owned())
}

fn problem(known: &KnownRows, shared: Shared, text: &str, owner: Option<u32>) -> Problem {
    let (text, run) = (quoted(text), known.run());
    let message = match owner.and_then(|owner| known.number(owner)) {
        Some(number) => format!(
            "{text} is the {} of row {number} of the run {run} too, and that row's customer has it",
            shared.told()
        ),
        None => format!(
            "{text} was refused in the run {run}: another customer's row had this {} too",
            shared.told()
        ),
    };
    Problem::new(shared.rule(), message).help(shared.help())
}

/// The columns that tell of a row of a result file whether it was refused for another one's sake,
/// where its run is not known.
#[derive(Debug)]
pub(super) struct Verdicts {
    status: usize,
    code: usize,
    places: Vec<(Shared, Place)>,
}

impl Verdicts {
    pub(super) fn of(mapping: &Mapping) -> Option<Self> {
        let column = |name: &str| {
            let mut columns = mapping.columns.iter();
            columns.position(|column| plain(&column.header).eq_ignore_ascii_case(name))
        };
        let place = |(shared, field)| {
            let cell = mapping.index_of(field)?;
            Some((shared, Place::of(mapping.columns.get(cell)?, cell)?))
        };
        let fields = [
            (Shared::Code, Field::ExternalCode),
            (Shared::Name, Field::Name),
        ];
        Some(Self {
            status: column("ImportStatus")?,
            code: column("ImportCode")?,
            places: fields.into_iter().filter_map(place).collect(),
        })
    }

    /// What is to be said of a row.
    pub(super) fn row(&self, index: RowIndex, row: Row<'_>) -> Option<Diagnostic> {
        if plain(row.text(self.status)) != "invalid" {
            return None;
        }
        let codes = plain(row.text(self.code));
        let has = |shared: Shared| {
            codes
                .split_whitespace()
                .any(|one| one == shared.rule().code)
        };
        let (shared, place) = self.places.iter().find(|(shared, _)| has(*shared))?;
        let text = plain(row.text(place.cell));
        let message = format!(
            "the run that wrote this file refused the row, because another row had its {} too; it \
             is not known here if {} is a different one",
            shared.told(),
            quoted(text)
        );
        let problem = Problem::new(shared.rule(), message).help(
            "--of-run RUN compares it with the run that wrote the file (`partner-import runs` lists \
             the runs, --of-run last is the last); --of-run none takes the file as it is",
        );
        Some(place.diagnostic(Numbered { index, row }, text, problem))
    }
}
