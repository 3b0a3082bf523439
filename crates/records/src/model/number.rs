//! Numbers as people are shown them: one way of grouping digits everywhere.

/// `1733` as `1,733`.
///
/// ```
/// use records::model::number::grouped;
///
/// assert_eq!(grouped(999_u32), "999");
/// assert_eq!(grouped(1_234_567_u64), "1,234,567");
/// ```
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The same number with its noun: `1 row`, `1,733 rows`, `2 countries`. Whoever counts things in a
/// sentence asks here, so that one of them is one.
pub fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    match number.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {noun}"),
        many => match noun.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => {
                format!("{} {stem}ies", grouped(many))
            }
            _ => format!("{} {noun}s", grouped(many)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        let shown = [0_u64, 7, 999, 1_000, 12_345, 999_999, 1_000_000].map(grouped);
        assert_eq!(
            shown,
            ["0", "7", "999", "1,000", "12,345", "999,999", "1,000,000"]
        );
        assert_eq!(counted(1_u64, "row"), "1 row");
        assert_eq!(counted(1_733_usize, "row"), "1,733 rows");
        assert_eq!(counted(2_u64, "country"), "2 countries");
        assert_eq!(counted(0_u64, "day"), "0 days");
    }
}
