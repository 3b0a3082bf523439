//! What became of each row: exactly one status, with the code and the words beside it.

use std::borrow::Cow;

use super::status::Status;
use super::undo_facts::{Fate, OTHERS_BACK, UndoStatus};
use crate::journal::refused::QUARANTINED;
use crate::journal::{Learnt, PlannedRow, Replayed};
use crate::model::{
    Deployed, Deployment, Operation, Outcome, PartnerId, Planned, RowIndex, SheetRows, Standing,
    code,
};

/// The code beside a row whose parent row did not make it.
const PARENT_ROW_BLOCKED: &str = "H301";

/// What is said of automatic deployment that a run has not come to yet.
const NOT_YET: &str = "automatic deployment is not switched on yet";

/// What the result files say of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it has ended.
    pub status: Status,
    /// The customer's id, where the row made it.
    pub id: Option<PartnerId>,
    /// The service's number, or the codes of the rules, separated by spaces; may be empty.
    pub code: String,
    /// In words; may be empty.
    pub message: String,
    /// What was learnt of the customer after the run.
    pub learnt: Option<Box<Learnt>>,
    /// How automatic deployment stands, where the row asks for it.
    pub deployed: Option<Deployed>,
}

impl Verdict {
    /// Whether somebody has to see to the row: it did not make it, or not all of what it asks for.
    pub fn needs_somebody(&self) -> bool {
        !self.status.made_it() || self.lacks_deployment()
    }

    /// Whether the row's customer is as it should be, but for the automatic deployment that it asks for.
    pub fn lacks_deployment(&self) -> bool {
        let lacks = [Some(Deployed::Refused), Some(Deployed::NotReached)].contains(&self.deployed);
        self.status.made_it() && lacks
    }

    fn pending(message: &str) -> Self {
        Self {
            status: Status::Pending,
            id: None,
            code: String::new(),
            message: message.to_owned(),
            learnt: None,
            deployed: None,
        }
    }
}

impl Verdict {
    /// The same after an undo, which is said. A customer that is gone has no id any more: a file that
    /// still had it could not be run again.
    pub(super) fn undone(&self, fate: &Fate) -> Cow<'_, Self> {
        let (is_gone, words) = match fate.status {
            UndoStatus::Removed => (true, "removed since by an undo"),
            UndoStatus::Gone => (true, "its customer was gone when the run was undone"),
            UndoStatus::Restored => (false, "taken back since by an undo"),
            _ if fate.message.starts_with(OTHERS_BACK) => {
                (false, "the other changes were taken back since by an undo")
            }
            UndoStatus::Kept | UndoStatus::Unknown | UndoStatus::Pending => {
                return Cow::Borrowed(self);
            }
        };
        let mut after = self.clone();
        if is_gone {
            (after.id, after.learnt) = (None, None);
        }
        // That is over.
        if let Some(rest) = after.message.strip_prefix(NOT_YET) {
            after.message = rest.trim_start_matches("; ").to_owned();
        }
        after.message = joined(words, &after.message);
        Cow::Owned(after)
    }
}

/// The rows' numbers as a spreadsheet shows them.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    /// One per data row of the input.
    pub rows: &'a [u32],
    /// The sheets they stand on, where there are several.
    pub sheets: &'a SheetRows,
}

impl Numbers<'_> {
    /// The row's number, with its sheet where there are several.
    pub fn place(&self, row: RowIndex) -> String {
        let number = self.rows.get(row.as_usize()).copied();
        self.sheets.number(row, number.unwrap_or_default())
    }
}

/// The verdict on every row. A row without a plan is pending.
pub fn verdicts(replayed: &Replayed, numbers: &Numbers<'_>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = replayed
        .planned
        .iter()
        .zip(&replayed.progress)
        .take(numbers.rows.len())
        .map(|(planned, progress)| verdict(planned, progress, replayed, numbers))
        .collect();
    verdicts.resize(
        numbers.rows.len(),
        Verdict::pending("not sent: the run stopped before its plan was complete"),
    );
    let mut told = None;
    for (row, difference) in &replayed.mismatches {
        // A continued run verifies again and may say the same twice.
        if told == Some((row, difference)) {
            continue;
        }
        told = Some((row, difference));
        if let Some(verdict) = verdicts.get_mut(row.as_usize()) {
            let addition = format!("found differing after the run: {difference}");
            if !verdict.message.contains(&addition) {
                verdict.message = joined(&verdict.message, &addition);
            }
        }
    }
    verdicts
}

fn verdict(
    planned: &PlannedRow,
    progress: &Standing,
    replayed: &Replayed,
    numbers: &Numbers<'_>,
) -> Verdict {
    let beside = |first: &str| (planned.code.clone(), joined(first, &planned.message));
    let (code, message) = match progress {
        Standing::Ended(Outcome::Updated(..)) => beside(&updated(planned)),
        Standing::Ended(Outcome::Failed(why)) => (why.code.clone(), why.message.clone()),
        Standing::Ended(Outcome::Blocked { by }) => blocked(planned, *by, replayed, numbers),
        Standing::Ended(_) => beside(""),
        Standing::Open { message } => beside(&unknown(planned, message)),
        Standing::Pending => beside("not sent: the run stopped before this row"),
    };
    let mut verdict = Verdict {
        status: Status::of(progress),
        id: progress
            .id()
            .or_else(|| there_all_the_same(planned, progress)),
        code,
        message,
        learnt: replayed.learnt.get(&planned.row).cloned().map(Box::new),
        deployed: replayed.deployed(planned.row),
    };
    if planned.deployment == Deployment::SwitchOn && progress.id().is_some() {
        let standing = replayed.deployments.get(planned.row.as_usize());
        with_deployment(&mut verdict, standing.unwrap_or(&Standing::Pending));
    }
    verdict
}

/// What became of automatic deployment, beside what became of the customer.
fn with_deployment(verdict: &mut Verdict, standing: &Standing) {
    let words = match standing {
        Standing::Ended(Outcome::Updated(..)) => {
            if verdict.status == Status::Exists {
                verdict.status = Status::Updated;
            }
            "automatic deployment was switched on".to_owned()
        }
        Standing::Ended(Outcome::Failed(why)) => {
            let before = std::mem::take(&mut verdict.code);
            let codes = [why.code.as_str(), &before];
            let codes = codes.iter().filter(|code| !code.is_empty()).copied();
            verdict.code = codes.collect::<Vec<_>>().join(" ");
            format!("automatic deployment was not switched on: {}", why.message)
        }
        // It was on before.
        Standing::Ended(_) => return,
        Standing::Open { .. } => {
            "it is not known whether automatic deployment was switched on".to_owned()
        }
        Standing::Pending => NOT_YET.to_owned(),
    };
    verdict.message = joined(&words, &verdict.message);
}

/// The customer of a row that was not changed, or nobody knows whether it was: its id is known all the
/// same, unless it is gone.
fn there_all_the_same(planned: &PlannedRow, progress: &Standing) -> Option<PartnerId> {
    let is_there = match progress {
        Standing::Ended(Outcome::Failed(why)) => why.message != code::CUSTOMER_IS_GONE,
        Standing::Open { .. } => true,
        Standing::Pending | Standing::Ended(_) => false,
    };
    planned.action.id().filter(|_| is_there)
}

fn blocked(
    planned: &PlannedRow,
    by: RowIndex,
    replayed: &Replayed,
    numbers: &Numbers<'_>,
) -> (String, String) {
    let code = if planned
        .code
        .split(' ')
        .any(|code| code == PARENT_ROW_BLOCKED)
    {
        planned.code.clone()
    } else {
        format!("{PARENT_ROW_BLOCKED} {}", planned.code)
            .trim_end()
            .to_owned()
    };
    let place = numbers.place(by);
    let from_the_start = matches!(planned.action, Planned::Blocked { .. });
    if from_the_start && names_row(&planned.message, &place) {
        return (code, planned.message.clone());
    }
    let above = replayed.progress.get(by.as_usize());
    let why = match above.and_then(Standing::failed) {
        Some(why) if why.code == QUARANTINED => "is quarantined",
        Some(_) => "was refused by the service",
        None => "has an error",
    };
    let message = format!("not sent, because row {place} above it {why}");
    (code, joined(&message, &planned.message))
}

/// Whether `message` speaks of `row 12`, and not only of `row 123`.
fn names_row(message: &str, place: &str) -> bool {
    let wanted = format!("row {place}");
    message.match_indices(&wanted).any(|(at, found)| {
        !message[at + found.len()..].starts_with(|next: char| next.is_ascii_digit())
    })
}

/// What was changed, in words.
fn updated(planned: &PlannedRow) -> String {
    match &planned.action {
        Planned::Send(Operation::Update { update, .. }) => format!("updated: {}", update.told),
        _ => String::new(),
    }
}

fn unknown(planned: &PlannedRow, message: &str) -> String {
    let done = match planned.action {
        Planned::Send(Operation::Update { .. }) => "updated",
        _ => "created",
    };
    let what = if message.is_empty() {
        "the run stopped before an answer came"
    } else {
        message
    };
    format!("sent, but not known whether it was {done}: {what}")
}

fn joined(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second.to_owned(),
        (_, true) => first.to_owned(),
        // A question has its own sign.
        _ if first.ends_with('?') => format!("{first} {second}"),
        _ => format!("{first}; {second}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::model::{
        CustomerName, DefaultAccount, Origin, Parent, PartnerChanges, PartnerInfo, Relocation,
        Update,
    };

    fn id(number: i64) -> PartnerId {
        PartnerId::from_number(number).unwrap()
    }

    fn planned(row: u32, action: Planned, code: &str, message: &str) -> PlannedRow {
        PlannedRow {
            row: RowIndex(row),
            action,
            deployment: Deployment::AsItIs,
            code: code.into(),
            message: message.into(),
        }
    }

    fn create() -> Planned {
        Planned::Send(Operation::Create {
            parent: Parent::Customer(id(1)),
            partner: Arc::new(PartnerInfo::named(CustomerName::parse("Acme").unwrap())),
            account: DefaultAccount::None,
        })
    }

    fn told(rows: Vec<(PlannedRow, Standing)>, mismatches: Vec<(RowIndex, String)>) -> Vec<String> {
        let (planned, progress): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let attempts = vec![0; planned.len()];
        let replayed = Replayed {
            planned,
            progress,
            mismatches,
            attempts,
            ..Replayed::default()
        };
        let numbers = [2, 3, 5, 8];
        let sheets = SheetRows::default();
        let rows = &numbers;
        verdicts(
            &replayed,
            &Numbers {
                rows,
                sheets: &sheets,
            },
        )
        .into_iter()
        .map(|one| {
            let id = one.id.map_or(String::new(), |id| id.to_string());
            format!("{}|{id}|{}|{}", one.status, one.code, one.message)
        })
        .collect()
    }

    #[test]
    fn the_id_of_a_customer_that_was_not_changed_is_told_unless_it_is_gone() {
        let update = || {
            Planned::Send(Operation::Update {
                id: id(4711),
                parent: Parent::Customer(id(1)),
                partner: Arc::new(PartnerInfo::named(CustomerName::parse("Acme").unwrap())),
                update: Arc::new(Update {
                    changes: PartnerChanges::default(),
                    relocation: Relocation::Stays,
                    told: String::new(),
                    before: BTreeMap::new(),
                }),
            })
        };
        let lost = Standing::Open {
            message: "no answer".into(),
        };
        let rows = vec![
            (
                planned(0, update(), "", ""),
                Outcome::failed("conflict", "changed").into(),
            ),
            (planned(1, update(), "", ""), lost),
            (
                planned(2, update(), "", ""),
                Outcome::failed("conflict", code::CUSTOMER_IS_GONE).into(),
            ),
            (
                planned(3, create(), "", ""),
                Outcome::failed("2115", "name taken").into(),
            ),
        ];
        let told = told(rows, vec![]);
        let ids: Vec<&str> = told
            .iter()
            .map(|one| one.split('|').nth(1).unwrap())
            .collect();
        assert_eq!(ids, ["4711", "4711", "", ""], "{told:?}");
    }

    #[test]
    fn every_state_has_its_status() {
        let by = RowIndex(2);
        let failed = Outcome::failed("11001", "name taken").into();
        let open = Standing::Open {
            message: String::new(),
        };
        assert_eq!(
            told(
                vec![
                    (
                        planned(0, create(), "V501", "a warning"),
                        Standing::Ended(Outcome::Created(id(7), Origin::Answered))
                    ),
                    (planned(1, create(), "V501", "a warning"), failed),
                    (
                        planned(2, Planned::Invalid, "V101 V204", "no name; bad level"),
                        Standing::Ended(Outcome::Invalid)
                    ),
                    (planned(3, create(), "V501", "a warning"), open),
                ],
                vec![],
            ),
            [
                "created|7|V501|a warning",
                "failed||11001|name taken",
                "invalid||V101 V204|no name; bad level",
                "unknown||V501|sent, but not known whether it was created: the run stopped before an answer came; a warning",
            ]
        );
        assert_eq!(
            told(
                vec![
                    (
                        planned(0, Planned::Blocked { by }, "", ""),
                        Standing::Ended(Outcome::Blocked { by })
                    ),
                    (
                        planned(1, create(), "V501", "a warning"),
                        Standing::Ended(Outcome::Blocked { by })
                    ),
                    (
                        planned(2, Planned::Invalid, "V101", "no name"),
                        Standing::Ended(Outcome::Invalid)
                    ),
                ],
                vec![],
            ),
            [
                "blocked||H301|not sent, because row 5 above it has an error",
                "blocked||H301 V501|not sent, because row 5 above it has an error; a warning",
                "invalid||V101|no name",
                "pending|||not sent: the run stopped before its plan was complete",
            ]
        );
    }

    #[test]
    fn a_blocked_row_names_the_row_that_blocks_it_once() {
        let by = RowIndex(1);
        let blocked = Planned::Blocked { by };
        let says = "not sent, because its parent \"Acme\" in row 3 has an error";
        let other = "not sent, because its parent \"Acme\" in row 33 has an error";
        let rows = told(
            vec![
                (
                    planned(0, blocked.clone(), "H301", says),
                    Standing::Ended(Outcome::Blocked { by }),
                ),
                (
                    planned(1, create(), "", ""),
                    Outcome::failed("1", "no").into(),
                ),
                (
                    planned(2, blocked, "H301", other),
                    Standing::Ended(Outcome::Blocked { by }),
                ),
            ],
            vec![],
        );
        assert_eq!(rows[0], format!("blocked||H301|{says}"));
        assert_eq!(
            rows[2],
            format!(
                "blocked||H301|not sent, because row 3 above it was refused by the service; {other}"
            )
        );
    }

    #[test]
    fn what_the_tenant_showed_differently_is_appended_once() {
        let differs = (
            RowIndex(0),
            "customer 7 stands below 2 instead of 1".to_owned(),
        );
        let rows = told(
            vec![(
                planned(0, create(), "", ""),
                Standing::Ended(Outcome::Created(id(7), Origin::Answered)),
            )],
            vec![differs.clone(), differs],
        );
        assert_eq!(
            rows[0],
            "created|7||found differing after the run: customer 7 stands below 2 instead of 1"
        );
    }
}
