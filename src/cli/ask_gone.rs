//! What `init` asks of columns that say of rows that they are no customers any more: whether these
//! rows are left out.

use std::io::BufRead;

use super::ask_level::is_asked;
use super::show::output::{Output, prompt};
use crate::check::SaidGone;
use crate::settings::table::{LEAVE_OUT, MAP};
use crate::settings::{Content, Typed};

/// How often an answer may be none.
const MOST_QUESTIONS: usize = 3;

/// Asks of each such column, and adds the answers to what was typed. `said` reads them; it is not asked
/// for where nobody is there.
pub fn gone(said: impl FnOnce() -> Vec<SaidGone>, typed: &mut Typed, output: Output) {
    if !is_asked(output) {
        return;
    }
    for one in said() {
        match answer_of(&one) {
            Some(Answer::LeaveOut) => typed.add(&LEAVE_OUT, Content::Text(one.condition)),
            Some(Answer::Import) => typed.add(&MAP, Content::Pair(one.key, "-".to_owned())),
            None => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    LeaveOut,
    Import,
}

fn answer_of(said: &SaidGone) -> Option<Answer> {
    let mut question = format!(
        "{}.\n  1  leave them out\n  2  import them\nA number; Enter decides later: ",
        said.told
    );
    for _ in 0..MOST_QUESTIONS {
        prompt(&question);
        let mut line = String::new();
        // Nothing has begun yet, so Ctrl-C may end the process while it waits.
        std::io::stdin().lock().read_line(&mut line).ok()?;
        match line.trim() {
            "" => return None,
            "1" => return Some(Answer::LeaveOut),
            "2" => return Some(Answer::Import),
            _ => "1, 2, or Enter: ".clone_into(&mut question),
        }
    }
    None
}
