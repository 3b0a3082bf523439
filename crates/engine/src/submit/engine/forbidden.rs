//! Being forbidden something: the requests' own fault, or that of the user's role. One rule for runs
//! and undoings; where it is the role's, no row has failed and nobody is kept: work goes on when it
//! has been mended.
//!
//! Must not know: requests, rows, time.

/// So many requests may be forbidden in a row before the user's role is to blame: at the beginning,
/// and later.
const AT_FIRST: usize = 3;
const LATER: usize = 5;

/// How a request was forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// By the service: nothing was done.
    Services,
    /// By something before it (HTTP 403), which may have let the request through.
    Filters,
}

/// Whether anything else has come back so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// No request of this process has come to an outcome.
    Nothing,
    /// Some have.
    Something,
}

/// Whether anything else may still come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Requests that may have another answer.
    Some,
    /// Whatever is left was forbidden.
    None,
}

/// Who is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// That shows with the others.
    Unknown,
    /// The user's role: nothing more is sent.
    User,
    /// The requests themselves.
    Requests,
}

/// Who is to blame when so many requests in a row were forbidden.
pub(super) fn blame(word: Word, in_a_row: usize, before: Before, rest: Rest) -> Blame {
    let most = match (word, before) {
        (_, Before::Nothing) => AT_FIRST,
        (Word::Services, Before::Something) => LATER,
        // A filter that has let others pass looks at each.
        (Word::Filters, Before::Something) => usize::MAX,
    };
    match (word, before, rest) {
        _ if in_a_row == 0 => Blame::Unknown,
        _ if in_a_row >= most => Blame::User,
        (Word::Services, Before::Nothing, Rest::None) => Blame::User,
        (Word::Services, Before::Something, Rest::None) => Blame::Requests,
        // What a filter forbade is looked for, which tells.
        (Word::Services, _, Rest::Some) | (Word::Filters, _, _) => Blame::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_role_is_to_blame_when_nothing_else_comes_back() {
        let services = |in_a_row, before, rest| blame(Word::Services, in_a_row, before, rest);
        assert_eq!(services(2, Before::Nothing, Rest::Some), Blame::Unknown);
        assert_eq!(services(3, Before::Nothing, Rest::Some), Blame::User);
        assert_eq!(services(1, Before::Nothing, Rest::None), Blame::User);
        assert_eq!(services(4, Before::Something, Rest::Some), Blame::Unknown);
        assert_eq!(services(5, Before::Something, Rest::Some), Blame::User);
        assert_eq!(services(4, Before::Something, Rest::None), Blame::Requests);
        assert_eq!(services(0, Before::Nothing, Rest::None), Blame::Unknown);
    }

    #[test]
    fn a_filter_is_taken_at_its_word_only_at_first() {
        let filters = |in_a_row, before, rest| blame(Word::Filters, in_a_row, before, rest);
        assert_eq!(filters(3, Before::Nothing, Rest::Some), Blame::User);
        assert_eq!(filters(2, Before::Nothing, Rest::None), Blame::Unknown);
        assert_eq!(filters(100, Before::Something, Rest::None), Blame::Unknown);
    }
}
