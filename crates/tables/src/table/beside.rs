//! Columns that stand apart from the list: a legend, a count, contacts behind an empty column or in
//! another drawn table. Tells by how their rows stand to the list's whether they belong to it.

use std::collections::HashSet;
use std::ops::Range;

use super::advance::{Advance, Filling, is_nameless};
use super::cells::filled;
use super::labels::{Label, Words};
use crate::batch::{Row, RowBatch};
use crate::header::Header;
use crate::note::{Columns, Note, NoteKind};
use crate::place::CellAddress;
use crate::place::column_letters;
use crate::workbook::TableRange;
use crate::{HeaderKnowledge, Tells};

/// So many rows tell.
const TELLING_ROWS: usize = 500;

/// In a list of so many rows another table is as tall as the list only by a rare chance.
const TOO_MANY_BY_CHANCE: usize = 10;

/// In shorter lists few filled rows say nothing.
const LEAST_ROWS: usize = 4;

/// What the user says of columns: header and field, `-` to leave it out.
pub(super) type Mapped<'a> = &'a [(String, String)];

/// The table whose columns are looked at.
pub(super) struct Sides<'a> {
    pub(super) header: &'a Header,
    pub(super) head: &'a RowBatch,
    pub(super) first_data: usize,
    pub(super) first_column: usize,
    pub(super) tables: &'a [TableRange],
    pub(super) mapped: Mapped<'a>,
    pub(super) knowledge: &'a dyn HeaderKnowledge,
    pub(super) words: &'a Words,
}

/// Which columns are the list's.
pub(super) struct Found {
    /// Their places in the header.
    pub(super) columns: Range<usize>,
    /// Those of other tables between them.
    pub(super) between: Vec<Range<usize>>,
    pub(super) notes: Vec<Note>,
}

/// How some columns belong to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belongs {
    Yes,
    /// Though an empty column stands between.
    Behind,
    No,
    Unsure {
        filled: usize,
        of: usize,
    },
}

impl Sides<'_> {
    /// The list's columns among all.
    pub(super) fn find(&self) -> Found {
        let all = 0..self.header.cells.len();
        let mut notes = Vec::new();
        let blocks = self.blocks();
        let is_name = |column: usize| self.knowledge.is_name(self.name(column));
        let main = blocks.iter().position(|block| block.clone().any(is_name));
        let (Some(main), true) = (main, blocks.len() > 1) else {
            return Found {
                columns: all,
                between: Vec::new(),
                notes,
            };
        };
        let (blocks, verdicts) = self.judged(&blocks, main);
        let main = blocks.iter().position(|block| block.clone().any(is_name));
        let main = main.unwrap_or(0);
        let stays = |at: &usize| verdicts[*at] != Belongs::No;
        let mut between = Vec::new();
        let first = (0..blocks.len()).find(stays).unwrap_or(main);
        let last = (0..blocks.len()).rev().find(stays).unwrap_or(main);
        for (at, (block, verdict)) in blocks.iter().zip(&verdicts).enumerate() {
            match verdict {
                Belongs::Yes => {}
                Belongs::Behind => notes.push(self.note(block, NoteKind::ColumnsBehind)),
                Belongs::No if at < first || at > last => {
                    notes.push(self.note(block, NoteKind::ColumnsBeside));
                }
                Belongs::No
                    if (at..=last).all(|next| !stays(&next) || self.are_results(&blocks[next])) =>
                {
                    notes.push(self.note(block, NoteKind::ColumnsBeside));
                    between.push(block.clone());
                }
                Belongs::No => notes.extend(self.unsure(block, None)),
                Belongs::Unsure { filled, of } => {
                    notes.extend(self.unsure(block, Some((*filled, *of))));
                }
            }
        }
        let whole = first == 0 && last + 1 == blocks.len();
        let columns = if whole {
            all
        } else {
            let start = if first == 0 { 0 } else { blocks[first].start };
            start..blocks[last].end
        };
        Found {
            columns,
            between,
            notes,
        }
    }

    /// How each block belongs to the main one. Of those that do not, columns that a run of ours has added
    /// do: they stand to the right of everything, and so behind other tables.
    fn judged(&self, blocks: &[Range<usize>], main: usize) -> (Vec<Range<usize>>, Vec<Belongs>) {
        let mut judged = Vec::new();
        for (at, block) in blocks.iter().enumerate() {
            let verdict = if at == main {
                Belongs::Yes
            } else {
                self.belongs(&blocks[main], block)
            };
            if verdict != Belongs::No {
                judged.push((block.clone(), verdict));
                continue;
            }
            let mut start = block.start;
            for column in block.clone() {
                let ends =
                    column + 1 == block.end || self.is_result(column + 1) != self.is_result(column);
                if ends {
                    let part = start..column + 1;
                    let verdict = if self.is_result(column) {
                        Belongs::Yes
                    } else {
                        self.belongs(&blocks[main], &part)
                    };
                    judged.push((part, verdict));
                    start = column + 1;
                }
            }
        }
        judged.into_iter().unzip()
    }

    /// Whether a run of ours has added the column.
    fn is_result(&self, column: usize) -> bool {
        self.knowledge
            .is_of_results(self.header.cells[column].name())
    }

    fn are_results(&self, block: &Range<usize>) -> bool {
        block.clone().all(|column| self.is_result(column))
    }

    fn name(&self, column: usize) -> &str {
        self.header.cells[column].text.trim()
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let end = self.head.len().min(self.first_data + TELLING_ROWS);
        (self.first_data..end).filter_map(|index| self.head.row(index))
    }

    fn is_filled(&self, row: Row<'_>, columns: &Range<usize>) -> bool {
        columns
            .clone()
            .any(|column| !row.text(self.first_column + column).trim().is_empty())
    }

    /// Neighbouring columns, parted by empty ones and at the borders of drawn tables.
    fn blocks(&self) -> Vec<Range<usize>> {
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let mut before = None;
        for column in 0..self.header.cells.len() {
            let empty = self.name(column).is_empty()
                && !self
                    .rows()
                    .any(|row| self.is_filled(row, &(column..column + 1)));
            let drawn = self.drawn(column);
            if empty {
                before = None;
                continue;
            }
            match blocks.last_mut() {
                Some(block) if before == Some(drawn) => block.end = column + 1,
                _ => blocks.push(column..column + 1),
            }
            before = Some(drawn);
        }
        blocks
    }

    /// The drawn table in which the column's header stands.
    fn drawn(&self, column: usize) -> Option<usize> {
        let column = self.header.cells[column].column;
        self.tables.iter().position(|table| {
            let (rows, columns) = (table.range.rows, table.range.columns);
            let last = self
                .rows()
                .last()
                .map_or(self.header.row, |row| row.number());
            rows.first <= last
                && rows.last >= self.header.row
                && rows.first >= self.header.row
                && (columns.first..=columns.last).contains(&column)
        })
    }

    fn belongs(&self, main: &Range<usize>, block: &Range<usize>) -> Belongs {
        let named = || {
            block
                .clone()
                .filter(|column| !self.name(*column).is_empty())
        };
        let known = named().any(|column| self.knowledge.knows(self.name(column)));
        let given = |column: usize| self.given(column);
        if named().any(|column| given(column).is_some_and(|field| field != "-")) {
            return Belongs::Yes;
        }
        let (of_main, of_block) = (self.drawn(main.start), self.drawn(block.start));
        if of_block.is_some() && of_block != of_main {
            return Belongs::No;
        }
        if of_main.is_some() && of_main == of_block {
            return Belongs::Yes;
        }
        let Some(stand) = self.stand(main, block) else {
            return Belongs::Yes;
        };
        if stand.alone > 0 && (stand.alone_below || !known) {
            return Belongs::No;
        }
        if !known {
            return Belongs::Yes;
        }
        let settled = named()
            .all(|column| !self.knowledge.knows(self.name(column)) || given(column).is_some());
        let unsure = Belongs::Unsure {
            filled: stand.both + stand.alone,
            of: stand.rows,
        };
        if settled && stand.rows == stand.both {
            return Belongs::Yes;
        }
        let apart = match (stand.runs, stand.rows == stand.both) {
            _ if stand.alone > 0 => unsure,
            // As many rows as the list: a legend by chance, or columns of the list.
            (_, true) if self.continues(block, stand.rows) => return Belongs::Behind,
            (_, true) => unsure,
            (1, _)
                if stand.rows >= LEAST_ROWS && stand.both * 2 <= stand.rows
                    || self.is_legend(block)
                    || self.repeats(main, block) =>
            {
                Belongs::No
            }
            (3.., _) if !self.is_legend(block) => return Belongs::Behind,
            _ => unsure,
        };
        if settled && apart == unsure {
            Belongs::Yes
        } else {
            apart
        }
    }

    /// Whether columns as tall as the list plainly are columns of it: their names say what only a
    /// customer has, or the list is too long for another table to be as tall by chance.
    fn continues(&self, block: &Range<usize>, rows: usize) -> bool {
        let named = || {
            block
                .clone()
                .filter(|column| !self.name(*column).is_empty())
        };
        let tells = |column: usize| self.tells(self.name(column));
        let of_group = named().any(|column| {
            let groups = &self.header.cells[column].groups;
            groups
                .iter()
                .any(|group| self.knowledge.is_group(group) && !self.knowledge.is_of_persons(group))
        });
        if self.is_legend(block) {
            return false;
        }
        if of_group || named().any(|column| self.knowledge.is_of_results(self.name(column))) {
            return true;
        }
        let own = named().any(|column| tells(column) == Some(Tells::Own));
        let choices = || named().filter(|column| tells(*column) == Some(Tells::Choice));
        let listed =
            choices().next().is_some() && choices().all(|column| self.each_once(column, rows));
        let leads = named().next().and_then(tells);
        if listed && !own {
            return false;
        }
        rows >= TOO_MANY_BY_CHANCE
            || leads == Some(Tells::Own)
            || named().all(|column| tells(column).is_some())
    }

    /// What a column's name says its cells tell.
    fn tells(&self, name: &str) -> Option<Tells> {
        // What people write of customers though it is not imported.
        const OWN: &str = "email;e-mail;mail;email address;e-mail address;e-mail-adresse;mobile;mobil;handy;courriel;correo;\
            web;homepage;notes;note;comment;comments;remark;remarks;bemerkung;bemerkungen;notiz;notizen;\
            kommentar;kommentare;remarque;remarques;commentaire;commentaires;notas;observaciones;osservazioni;\
            opmerking;opmerkingen;uwagi;anteckningar;bemærkninger;merknad";
        let lower = name.trim_end_matches(':').to_lowercase();
        if OWN.split(';').any(|word| word.trim() == lower) {
            return Some(Tells::Own);
        }
        if !self.knowledge.knows(name) {
            return None;
        }
        self.knowledge.tells(name)
    }

    /// Whether a column of several rows holds no value twice: more likely a list of the values that
    /// there are.
    fn each_once(&self, column: usize, rows: usize) -> bool {
        let mut seen = HashSet::new();
        let texts = self
            .rows()
            .map(|row| row.text(self.first_column + column).trim().to_lowercase());
        rows >= 2
            && texts
                .filter(|text| !text.is_empty())
                .all(|text| seen.insert(text))
    }

    /// What the user says of the column.
    fn given(&self, column: usize) -> Option<&str> {
        let cell = &self.header.cells[column];
        let letter = format!("column:{}", column_letters(cell.column));
        let said = self.mapped.iter().find(|(header, _)| {
            header.trim().eq_ignore_ascii_case(cell.text.trim())
                || header.eq_ignore_ascii_case(&letter)
        });
        said.map(|(_, field)| field.trim())
    }

    /// Whether a header says that the columns explain something, or count.
    fn is_legend(&self, block: &Range<usize>) -> bool {
        const WORDS: &str = "meaning;legend;explanation;description;key;definition;count;total;number of;code;\
            bedeutung;legende;erklärung;erläuterung;beschreibung;anzahl;summe;schlüssel;\
            signification;légende;explication;description;nombre;significado;leyenda;explicación;descripción;\
            cantidad;número;significato;legenda;spiegazione;descrizione;conteggio;betekenis;uitleg;omschrijving;aantal;\
            descrição;legenda;znaczenie;opis;liczba;betydelse;betydning;forklaring;förklaring;what it means;remark on";
        block.clone().any(|column| {
            let name = self.name(column).to_lowercase();
            WORDS
                .split(';')
                .any(|word| name.trim_end_matches(':') == word.trim())
        })
    }

    /// Whether a name of the columns is one of the list's, too.
    fn repeats(&self, main: &Range<usize>, block: &Range<usize>) -> bool {
        block.clone().any(|column| {
            let name = self.name(column);
            !name.is_empty()
                && main
                    .clone()
                    .any(|other| self.name(other).eq_ignore_ascii_case(name))
        })
    }

    /// How the rows of the columns stand to the list's; nothing where they are empty.
    fn stand(&self, main: &Range<usize>, block: &Range<usize>) -> Option<Stand> {
        let mut stand = Stand::default();
        let names: Vec<usize> = main
            .clone()
            .filter(|column| self.knowledge.is_name(self.name(*column)))
            .collect();
        let width = self.header.cells.len();
        let advance = Advance::of(self.head, self.first_data, self.first_column, width, &names);
        let (mut before, mut last_of_list, mut first_alone) = (false, 0, u32::MAX);
        for row in self.rows() {
            let (list, other) = (self.is_filled(row, main), self.is_filled(row, block));
            let title = filled(row) <= 2
                && !other
                && main.clone().any(|column| {
                    let text = row.text(self.first_column + column);
                    !text.trim().is_empty() && self.words.label(text) != Label::None
                });
            let empty =
                is_nameless(row, self.first_column, &names) && advance.filling(row) != Filling::Own;
            if !list && !other || title || empty {
                continue;
            }
            stand.rows += usize::from(list);
            stand.both += usize::from(list && other);
            stand.alone += usize::from(other && !list);
            stand.runs += usize::from(other && !before);
            before = other;
            if list {
                last_of_list = row.number();
            }
            if other && !list {
                first_alone = first_alone.min(row.number());
            }
        }
        stand.alone_below = first_alone > last_of_list;
        (stand.both + stand.alone > 0).then_some(stand)
    }

    /// A note of these columns.
    fn note(&self, block: &Range<usize>, kind: impl FnOnce(Columns) -> NoteKind) -> Note {
        let at = |column: usize| self.header.cells[column].column;
        let names = block.clone().map(|column| self.name(column));
        let named = names.filter(|name| !name.is_empty());
        let known = named.clone().filter(|name| self.knowledge.knows(name));
        let columns = Columns {
            first: at(block.start),
            last: at(block.end - 1),
            known: known.map(str::to_owned).collect(),
            named: named.map(str::to_owned).collect(),
        };
        let place = CellAddress::cell(self.header.row, columns.first);
        kind(columns).at(place)
    }

    /// One note, that names each of the columns that would be read; none where none would be.
    fn unsure(&self, block: &Range<usize>, rows: Option<(usize, usize)>) -> Option<Note> {
        let filled = rows.filter(|(filled, of)| filled < of);
        let known = |column: usize| self.knowledge.knows(self.name(column));
        block
            .clone()
            .any(known)
            .then(|| self.note(block, |columns| NoteKind::ColumnsApart { columns, filled }))
    }
}

/// How the rows of some columns stand to the list's.
#[derive(Debug, Default)]
struct Stand {
    /// Rows of the list.
    rows: usize,
    /// Rows of both.
    both: usize,
    /// Rows where the list is empty.
    alone: usize,
    /// Whether all of those stand below the list.
    alone_below: bool,
    /// Unbroken runs of filled rows.
    runs: usize,
}
