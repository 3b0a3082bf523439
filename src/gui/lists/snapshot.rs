//! A list as it stands at one moment.

use std::sync::Arc;

use super::folded::Folded;
use super::held::Held;
use super::said::Asks;
use super::view::View;

/// A list that is there, as it stands at one moment.
pub struct Snapshot {
    /// Its rows.
    pub held: Arc<Held>,
    /// What the last check came to.
    pub view: Arc<View>,
    /// What was changed by now.
    pub folded: Arc<Folded>,
    /// What was said of it.
    pub asks: Asks,
    /// Of the list.
    pub revision: u64,
}
