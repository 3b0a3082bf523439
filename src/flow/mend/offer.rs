//! What mending can do about a list that was checked, before it is asked to.

use super::cells::{Mend, mends_of};
use super::look::Mendable;
use super::proposals::is_proposed;
use crate::model::Diagnostic;

/// What mending can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Cells that a copy has mended: their text was damaged, and can be read in one way.
    pub cells: usize,
    /// Whether there is anything to propose for somebody to review.
    pub proposals: bool,
}

impl Offer {
    /// What it can do about a list that was looked at for it.
    pub fn of_list(mendable: &Mendable) -> Self {
        Self::of(&mendable.file.checked.diagnostics)
    }

    /// By what the check has found.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mends = mends_of(diagnostics);
        let certain = mends.values().filter(|one| matches!(one, Mend::With(_)));
        Self {
            cells: certain.count(),
            proposals: diagnostics.iter().any(is_proposed),
        }
    }
}
