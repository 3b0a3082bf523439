//! One text per row, packed: the names, external codes and parents of a whole table.

/// Texts by row, in one string.
#[derive(Debug, Default)]
pub(super) struct Arena {
    text: String,
    ends: Vec<u32>,
}

impl Arena {
    /// Adds the next row's text.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).expect("a column's texts fit into 4 GiB");
        self.ends.push(end);
    }

    /// The row's text.
    #[inline]
    pub(super) fn get(&self, row: u32) -> &str {
        let row = row as usize;
        let start = match row {
            0 => 0,
            _ => self.ends[row - 1] as usize,
        };
        &self.text[start..self.ends[row] as usize]
    }

    /// Takes the rows that follow these; `next` is empty afterwards, and keeps its memory.
    pub(super) fn append(&mut self, next: &mut Self) {
        let base = u32::try_from(self.text.len() + next.text.len())
            .expect("a column's texts fit into 4 GiB")
            - u32::try_from(next.text.len()).unwrap_or_default();
        self.text.push_str(&next.text);
        self.ends.extend(next.ends.iter().map(|end| base + end));
        next.text.clear();
        next.ends.clear();
    }
}
