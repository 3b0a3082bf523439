//! Words that stand as codes in result files where neither a rule nor the service has a number for
//! it. `explain WORD` and the reference pages come from here.

/// One such word.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeWord {
    /// The word, as it stands in the result files. Never given another meaning.
    pub code: &'static str,
    /// What it means.
    pub what: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

macro_rules! words {
    ($all:ident: $all_doc:literal; $($name:ident = $code:literal { $what:literal, $fix:literal })+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $what)]
            pub const $name: CodeWord = CodeWord { code: $code, what: $what, fix: $fix };
        )+

        #[doc = $all_doc]
        pub const $all: &[CodeWord] = &[$($name),+];
    };
}

/// What is said of a row whose customer was removed before it could be changed.
pub const CUSTOMER_IS_GONE: &str = "the customer is gone";

words! { IMPORT: "What can stand in `ImportCode` beside rules and numbers.";
    NO_ANSWER = "no-answer" {
        "The request was sent several times without a clear answer, and the tenant shows nothing of it.",
        "Run the file again later. If it persists, check what is between this machine and the service: a proxy, a firewall."
    }
    UNCLEAR = "unclear" {
        "A request for the row may have been carried out, and there is a customer that may be the row's: its name or code is spelt differently, or it is elsewhere. The row is not sent again.",
        "Look at the customer that the message names. If it is the row's, write the row as the console shows it, or give its id in the column ID; if it is not, run the row again."
    }
    TWO_ROWS = "two-rows" {
        "The customer that matches the row already belongs to another row; a customer belongs to only one row.",
        "Delete one of the two rows, or give it its own name or code."
    }
    CONFLICT = "conflict" {
        "Somebody else has changed the customer since the change was planned; nothing was sent.",
        "Look at the customer in the console. To apply the row anyway, run the file again: the change is planned again from the current state."
    }
    QUARANTINED = "quarantined" {
        "The service refused the row in each of the last runs, so it was not sent again.",
        "Fix what the message names: a row that has changed is sent again. `--retry-quarantined` sends it as it is."
    }
}

words! { UNDO: "What can stand in `UndoCode` beside numbers: why a customer was kept, or kept what the run changed.";
    RENAMED = "renamed" {
        "Its name is not the one that the run gave it.",
        "Somebody has changed it since. Remove it in the console if it should still go."
    }
    MOVED = "moved" {
        "It is below another parent.",
        "Somebody has changed it since. Remove it in the console if it should still go."
    }
    CODE_CHANGED = "code-changed" {
        "Its ExternalCode has changed, or it was given one.",
        "Somebody has changed it since. Remove it in the console if it should still go."
    }
    LEVEL_CHANGED = "level-changed" {
        "Its level has changed.",
        "Somebody has changed it since. Remove it in the console if it should still go."
    }
    HAS_CUSTOMERS = "has-customers" {
        "A customer below it is kept, or was not created by this run.",
        "Deal with the customers below it first, then undo again."
    }
    HAS_DEVICES = "has-devices" {
        "A device is on it; the one of `CreateDefaultAccount` counts as well.",
        "Remove the device in the console if it is not needed, then undo again."
    }
    LOGGED_IN_UNDER = "logged-in-under" {
        "It is the customer that you log in under.",
        "Log in under another customer to remove it."
    }
    FOUND_ONLY = "found-only" {
        "The journal holds only the intent to create it, to change it or to switch on its automatic deployment: it was found so after an interruption, and somebody else may have done it.",
        "Look at it in the console. `undo --found` reverts all of them, including those that may be somebody else's."
    }
    NOT_TOLD = "not-told" {
        "The service returned another customer when asked for this one.",
        "Look at it in the console."
    }
    REMOVAL_WITHOUT_ANSWER = "no-answer" {
        "Its removal was sent several times without a clear answer, and it is still there.",
        "Undo again later."
    }
    NOT_LISTED = "not-listed" {
        "The list of customers did not show it, so it was not counted among those to be removed, but it exists.",
        "Lists may lag behind: undo again after a few minutes."
    }
    DEVICES_UNSEEN = "devices-unseen" {
        "The user may not see whether it has devices, so it is not removed.",
        "Undo as a user who may list devices: a user of the customer above, not of the customer itself."
    }
    CHANGED_SINCE = "changed-since" {
        "The members that the message names were changed since the run sent them; it was neither removed nor restored.",
        "Somebody has changed it since. Remove or change it in the console if it should still be done."
    }
    CHANGED_IN_PART = "changed-in-part" {
        "Somebody has changed the members that the message names since the run; they are kept, and all others were restored.",
        "Look at these members in the console, and change them there if they should be as before."
    }
    WAS_EMPTY = "was-empty" {
        "What the run filled in was empty before, and an undo never empties anything; all other members were restored.",
        "Empty the members that the message names in the console."
    }
    CANNOT_GO_BACK = "cannot-go-back" {
        "The previous value cannot be sent, or the service does not go back to it (a state); all other members were restored.",
        "Change the members that the message names in the console."
    }
    NOT_KEPT = "not-kept" {
        "The journal is from an older version, which did not keep the values from before the run.",
        "Change it in the console if it should be as before."
    }
    STILL_THERE = "still-there" {
        "The service said that it was removed, but the tree, read afterwards, still shows it.",
        "Undo again after a few minutes; if it persists, look at it in the console."
    }
}

/// The word of a list that is written so, in any case.
pub fn find(list: &'static [CodeWord], code: &str) -> Option<&'static CodeWord> {
    list.iter()
        .find(|word| word.code.eq_ignore_ascii_case(code.trim()))
}
