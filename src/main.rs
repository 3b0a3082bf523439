//! The command `partner-import`; everything it does lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    partner_import::cli::main()
}
