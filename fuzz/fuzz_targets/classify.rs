//! Any answer of the service: classified without a panic, and never good with a status that is not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partner_import::api::Reply;
use partner_import::api::classify::{Expects, classify};

fuzz_target!(|input: (u16, &[u8])| {
    let (status, body) = input;
    for expects in [Expects::NewId, Expects::Done, Expects::Anything, Expects::Value] {
        let reply = Reply {
            status,
            body: body.to_vec(),
            content_type: "application/json".into(),
            ..Reply::default()
        };
        let answer = classify(Ok(reply), expects);
        assert!(answer.is_err() || (200..300).contains(&status));
    }
});
