//! The number that is typed before anything changes.

use crate::flow::agree::{Answer, Answered, Asks, Question};

/// The number that was typed, as an answer to the question of the flow.
pub(super) struct Number {
    /// How many customers were agreed to.
    pub(super) wanted: usize,
}

impl Asks for Number {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let changes = match question {
            Question::Send { intent, .. } => intent.changes(),
            Question::TakeBack(back) => back.customers(),
        };
        let answer = if changes == self.wanted {
            Answer::Yes
        } else {
            Answer::No
        };
        Box::pin(async move { answer })
    }
}

/// A number as people type it.
pub(super) fn number(typed: &str) -> Option<usize> {
    let digits: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && !",.'".contains(*letter))
        .collect();
    digits.parse().ok()
}
