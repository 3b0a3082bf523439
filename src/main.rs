//! The command `partner-import`; everything it does lives in the library.

fn main() {}
