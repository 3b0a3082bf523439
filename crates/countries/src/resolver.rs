//! Remembers refusals, so that a misspelling repeated in every row is looked into once.

use std::collections::HashMap;

use super::resolution::{Refusal, Resolution};
use super::resolve::resolve;

/// As many different refused texts as are worth remembering.
const MOST: usize = 10_000;

/// Resolves many texts of one source, where the same slip of the pen stands in row after row.
///
/// It remembers up to 10,000 refused texts with their suggestions, so that each is looked into once;
/// what is accepted is faster found anew.
///
/// ```
/// let mut resolver = countries::Resolver::default();
/// for text in ["Germny", "Germny", "Austria"] {
///     assert_eq!(resolver.resolve(text), countries::resolve(text));
/// }
/// ```
#[derive(Debug, Default)]
pub struct Resolver {
    refused: HashMap<Box<str>, Refusal>,
}

impl Resolver {
    /// As [`resolve()`].
    pub fn resolve(&mut self, text: &str) -> Resolution {
        if !self.refused.is_empty()
            && let Some(refusal) = self.refused.get(text)
        {
            return Resolution::Refused(refusal.clone());
        }
        let resolution = resolve(text);
        if let Resolution::Refused(refusal) = &resolution
            && self.refused.len() < MOST
        {
            self.refused.insert(text.into(), refusal.clone());
        }
        resolution
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_texts_get_the_same_answer() {
        let mut resolver = Resolver::default();
        for text in ["Austria", "Germny", "Germny", "Austria", "Korea", "Korea"] {
            assert_eq!(resolver.resolve(text), resolve(text), "{text}");
        }
    }
}
