//! Reading text files: encodings, dialects, the table's shape, damage.

mod pollution;

use partner_import::model::{Diagnostic, RowBatch};
use partner_import::read::{HeaderKnowledge, More, ReadOptions, Table, read_bytes};

/// The names that an importer of customers knows, as far as these tests need them.
struct Customers;

impl HeaderKnowledge for Customers {
    fn knows(&self, header: &str) -> bool {
        const NAMES: [&str; 14] = [
            "name",
            "parent",
            "level",
            "country",
            "city",
            "zip",
            "zipcode",
            "address",
            "phone",
            "state",
            "externalcode",
            "customer name",
            "vatnumber",
            "website",
        ];
        NAMES.contains(&header.to_lowercase().as_str())
    }
}

/// A table that was read to its end.
struct Loaded {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    numbers: Vec<u32>,
    notes: Vec<Diagnostic>,
}

fn load_with(bytes: &[u8], options: &ReadOptions, knowledge: &dyn HeaderKnowledge) -> Loaded {
    let mut table: Table = read_bytes(bytes, options, knowledge).unwrap();
    let mut loaded = Loaded {
        header: if table.header.row > 0 {
            table.header_as_read.clone()
        } else {
            Vec::new()
        },
        rows: Vec::new(),
        numbers: Vec::new(),
        notes: std::mem::take(&mut table.notes),
    };
    let mut batch = RowBatch::default();
    loop {
        let more = table.next_batch(&mut batch).unwrap();
        for row in batch.rows() {
            loaded
                .rows
                .push(row.cells().map(|cell| cell.text.to_owned()).collect());
            loaded.numbers.push(row.number());
        }
        loaded.notes.extend(table.diagnostics());
        if more == More::No {
            return loaded;
        }
    }
}
