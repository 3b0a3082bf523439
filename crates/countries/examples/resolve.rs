//! Prints what becomes of names of countries: those on the command line, or the lines of standard input.

#![expect(clippy::print_stdout, reason = "what the example is for")]

use std::io::BufRead as _;

use countries::{CountryCode, Resolution, Resolver};

fn main() -> std::io::Result<()> {
    let mut resolver = Resolver::default();
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        for line in std::io::stdin().lock().lines() {
            print(&mut resolver, &line?);
        }
    }
    for name in &names {
        print(&mut resolver, name);
    }
    Ok(())
}

fn print(resolver: &mut Resolver, text: &str) {
    match resolver.resolve(text) {
        Resolution::Resolved(code) => println!("{text}: {code}, {}", code.name()),
        Resolution::Refused(refusal) => {
            let meant: Vec<&str> = refusal
                .suggestions
                .iter()
                .map(|code| CountryCode::name(*code))
                .collect();
            println!("{text}: {:?}, perhaps {meant:?}", refusal.reason);
        }
    }
}
