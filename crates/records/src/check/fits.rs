//! Whether a level fits below another one, and what is said where it does not.

use crate::model::Level;

/// Why a level does not stand below a parent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It is not lower.
    NotBelow,
    /// It is a Site's, and the parent is no `EndCustomer`.
    NoEndCustomer,
}

/// What is wrong with a customer of this level below one of the level `limit`.
pub(super) fn misfit(level: Level, limit: Level) -> Option<Misfit> {
    if !level.may_stand_below(limit) {
        return Some(Misfit::NotBelow);
    }
    (level == Level::Site && limit != Level::EndCustomer).then_some(Misfit::NoEndCustomer)
}

/// `below an EndCustomer belongs Site`.
pub(super) fn what_stands_below(limit: Level) -> String {
    let lower: Vec<String> = Level::ALL
        .iter()
        .filter(|other| misfit(**other, limit) != Some(Misfit::NotBelow))
        .map(ToString::to_string)
        .collect();
    let limit = limit.with_article();
    if lower.is_empty() {
        format!("nothing can be below {limit}; correct the parent, or its level")
    } else {
        format!("below {limit} belongs {}", lower.join(", "))
    }
}

/// What a help says of the level, too, where the parent is to be corrected: so that one round of
/// mending does. `rows` are those whose level would not fit below a parent of the level `limit`.
pub(super) fn then_the_level(rows: &[String], limit: Level) -> String {
    const MOST: usize = 8;
    let stands = what_stands_below(limit);
    match rows {
        [] => String::new(),
        [row] => format!("below it the level of row {row} does not fit either (H201): {stands}"),
        rows => {
            let named = rows[..rows.len().min(MOST)].join(", ");
            let more = match rows.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("below it the levels of rows {named}{more} do not fit either (H201): {stands}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_level_names_the_rows() {
        let rows = |most: u32| (1..=most).map(|row| row.to_string()).collect::<Vec<_>>();
        let said = |most| then_the_level(&rows(most), Level::EndCustomer);
        assert_eq!(said(0), "");
        assert_eq!(
            said(1),
            "below it the level of row 1 does not fit either (H201): below an EndCustomer belongs Site"
        );
        assert!(said(10).contains("rows 1, 2, 3, 4, 5, 6, 7, 8 and 2 more do not fit"));
    }
}
