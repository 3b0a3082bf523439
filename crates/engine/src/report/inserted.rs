//! Columns that a filled-in workbook has and the list has not, in words.

use crate::model::place::column_letters;

/// Columns that were put behind the name: what stood there stands further right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewColumns {
    /// The first of them, from 0.
    pub first: u32,
    /// How many.
    pub count: u32,
}

impl NewColumns {
    /// `columns C and D are new, so what stood in C stands in E, and so on`.
    pub fn told(self) -> String {
        let Self { first, count } = self;
        let column = column_letters;
        let new = match count {
            1 => format!("column {} is new", column(first)),
            2 => format!(
                "columns {} and {} are new",
                column(first),
                column(first + 1)
            ),
            _ => format!(
                "columns {} to {} are new",
                column(first),
                column(first + count - 1)
            ),
        };
        format!(
            "{new}, so what stood in {} stands in {}, and so on",
            column(first),
            column(first + count)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::NewColumns;

    #[test]
    fn new_columns_are_named_and_where_the_others_stand() {
        let told = |first, count| NewColumns { first, count }.told();
        assert_eq!(
            told(1, 1),
            "column B is new, so what stood in B stands in C, and so on"
        );
        assert_eq!(
            told(2, 2),
            "columns C and D are new, so what stood in C stands in E, and so on"
        );
        assert_eq!(
            told(25, 3),
            "columns Z to AB are new, so what stood in Z stands in AC, and so on"
        );
    }
}
