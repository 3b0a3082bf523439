//! Any text as a country: the same answer twice, and white space around it changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partner_import::countries::resolve;

fuzz_target!(|text: &str| {
    let found = resolve(text);
    assert_eq!(found, resolve(text));
    assert_eq!(found, resolve(&format!(" {text} ")));
});
