//! What becomes of customers that already exist.

use super::super::setting::Decides::Rows;
use super::super::setting::{Fallback, Group, Setting, Use};
use super::super::takes::Takes;
use super::super::value::choice;
use super::short::{flag, setting, settings, switch};

settings! { setting;
    ON_EXISTS "existing.on_exists" Takes::OneOf(&[choice("skip"), choice("update"), choice("fail")]) => {
        about: "Whether existing customers are left as they are, updated, or make their row fail",
        fallback: Fallback::Value("skip"),
        example: "\"skip\"",
        flags: &[flag("on-exists", "HOW").help(
            "What to do with a row whose customer exists already: \"skip\" leaves the customer as \
             it is, \"update\" changes the members that differ, \"fail\" fails the row",
        )],
        groups: &[Group::Existing],
        use_: Use::Decisive(Rows),
    }
    ALLOW_MOVE "existing.allow_move" Takes::Truth => {
        about: "Whether an update may move a customer, or change its level",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[switch("allow-move", "true").help(
            "Let `--on-exists update` give a customer another parent or level",
        )],
        groups: &[Group::Existing],
        use_: Use::Decisive(Rows),
    }
}
