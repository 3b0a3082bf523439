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
        "Run the file again later. If it stays so, look at what stands between this machine and the service: a proxy, a firewall."
    }
    UNCLEAR = "unclear" {
        "A request for the row may have been carried out, and a customer is there that may be the row's: its name or code is spelt another way, or it stands elsewhere. It is not sent again.",
        "Look at the customer that the message names. If it is the row's, write the row as the console shows it, or give its id in the column ID; if it is not, run the row again."
    }
    TWO_ROWS = "two-rows" {
        "The customer that answers to the row is another row's already; a customer belongs to one row.",
        "Delete one of the two rows, or give it a name or a code of its own."
    }
    CONFLICT = "conflict" {
        "Somebody else has changed the customer since the change was planned; nothing was sent.",
        "Look at the customer in the console. If the row is to count all the same, run the file again: the change is planned anew, from what is there now."
    }
    QUARANTINED = "quarantined" {
        "The service refused the row in each of the last runs, so it was not sent again.",
        "Mend what the message says: a row that has changed is sent again. `--retry-quarantined` sends it as it is."
    }
}

words! { UNDO: "What can stand in `UndoCode` beside numbers: why a customer stays, or keeps what the run has made of it.";
    RENAMED = "renamed" {
        "Its name is another than the run gave it.",
        "Somebody has changed it since. Remove it in the console if it is to go all the same."
    }
    MOVED = "moved" {
        "It stands below another parent.",
        "Somebody has changed it since. Remove it in the console if it is to go all the same."
    }
    CODE_CHANGED = "code-changed" {
        "Its ExternalCode is another one, or it got one.",
        "Somebody has changed it since. Remove it in the console if it is to go all the same."
    }
    LEVEL_CHANGED = "level-changed" {
        "Its level is another one.",
        "Somebody has changed it since. Remove it in the console if it is to go all the same."
    }
    HAS_CUSTOMERS = "has-customers" {
        "Somebody stands below it who stays, or whom this run did not create.",
        "See to those below it first, then undo again."
    }
    HAS_DEVICES = "has-devices" {
        "A device is on it; the one of `CreateDefaultAccount` counts as well.",
        "Remove the device in the console if nothing of it is needed, then undo again."
    }
    LOGGED_IN_UNDER = "logged-in-under" {
        "It is the customer one logs in under.",
        "Log in under another customer to remove it."
    }
    FOUND_ONLY = "found-only" {
        "The journal holds nothing but the intention to create it, to change it or to switch its automatic deployment on: it was found so after an interruption, and somebody else may have done it.",
        "Look at it in the console. `undo --found` takes all of them back, those included that may be somebody else's."
    }
    NOT_TOLD = "not-told" {
        "The service told of another customer when asked for this one.",
        "Look at it in the console."
    }
    REMOVAL_WITHOUT_ANSWER = "no-answer" {
        "Its removal was sent several times without a clear answer, and it is still there.",
        "Undo again later."
    }
    NOT_LISTED = "not-listed" {
        "The list of customers did not show it, so it was not counted among those to be removed, and it is there.",
        "Lists may lag behind: undo again after some minutes."
    }
    DEVICES_UNSEEN = "devices-unseen" {
        "The user may not see whether it has devices, so it is not removed.",
        "Undo as a user who may list devices: one of the customer above, not of the customer itself."
    }
    CHANGED_SINCE = "changed-since" {
        "What the run had sent for it was changed since, in the members that the message names; it was neither removed nor taken back.",
        "Somebody has changed it since. Remove it, or change it, in the console if that is to be done all the same."
    }
    CHANGED_IN_PART = "changed-in-part" {
        "Somebody has changed the members that the message names since the run; they stay, and all else was taken back.",
        "Look at these members in the console, and change them there if they are to be as before."
    }
    WAS_EMPTY = "was-empty" {
        "What the run filled in was empty before, and nothing is ever emptied; all else was taken back.",
        "Empty the members that the message names in the console."
    }
    CANNOT_GO_BACK = "cannot-go-back" {
        "What was there before cannot be sent, or the service does not go back to it (a state); all else was taken back.",
        "Change the members that the message names in the console."
    }
    NOT_KEPT = "not-kept" {
        "The journal is of an older version, which did not keep what was there before the run changed it.",
        "Change it in the console if it is to be as before."
    }
    STILL_THERE = "still-there" {
        "The service said that it was removed, and the tree, read afterwards, shows it.",
        "Undo again after some minutes; if it stays so, look at it in the console."
    }
}

/// The word of a list that is written so, in any case.
pub fn find(list: &'static [CodeWord], code: &str) -> Option<&'static CodeWord> {
    list.iter()
        .find(|word| word.code.eq_ignore_ascii_case(code.trim()))
}
