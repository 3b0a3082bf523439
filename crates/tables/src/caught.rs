//! Panics of other people's code that are caught: where a library panics on input or on a full
//! disk, that is an error like any other, and nobody is to read of a panic. Real panics stay loud.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread would be caught here.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs code of a library that may panic; `None` when it did. What it was working on must not be
/// used afterwards.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(before);
    result.ok()
}

/// Whether a panic that begins now, on this thread, will be caught: for the hook that tells of
/// panics.
pub fn is_catching() -> bool {
    CATCHING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_panics_inside_are_expected() {
        assert!(!is_catching());
        let inner = caught(|| {
            assert_eq!(caught(|| 1), Some(1));
            is_catching()
        });
        assert_eq!(inner, Some(true));
        assert_eq!(caught(|| Vec::<u8>::new()[std::hint::black_box(3)]), None);
        assert!(!is_catching());
    }
}
