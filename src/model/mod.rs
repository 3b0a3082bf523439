//! What the other layers speak of: no I/O, no clock, nothing of ours imported.

pub mod country;
mod country_table;
