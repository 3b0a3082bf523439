//! A local stand-in for the service, for trying things out and for tests.
//!
//! An independent model: it shares no types with the client, so a misspelt member cannot pass
//! unnoticed. [`Sandbox`] is pure, a request and a time in, a reply out; [`bind`] puts it on a
//! socket. It imports nothing of the program's, and its manifest names none of it.
//!
//! What the real service publishes is kept to: the frame, the types of members, visas, errors as
//! HTTP 200 with a number in `error.data`. Beside a rule stands its evidence: *documented* by the
//! vendor's pages or schema, *observed* by others' clients, or *inferred* here; sections are those of
//! the notes that `docs/reference/api.md` sums up. Where nothing is published the choice made here
//! stands beside the rule, and numbers of errors can be changed ([`ErrorNumbers`]).
//!
//! | file | what |
//! |---|---|
//! | `config` | settings and how they are read from text |
//! | `server`, `log`, `record` | HTTP and the request log |
//! | `rpc`, `reply` | request to reply; the plain data that goes in and out |
//! | `call`, `wire`, `fields` | reading a request |
//! | `dispatch` | from a method to what does it |
//! | `login`, `read`, `write`, `devices`, `users` | the methods |
//! | `reach`, `role` | whom a caller sees, what it may do |
//! | `answer`, `answer_device` | writing an answer |
//! | `store`, `db`, `tenant`, `partner`, `device`, `user` | the tenant, on file and made up |
//! | `fault`, `spoil` | what goes wrong, and what that does to an answer |
//! | `visa`, `limit`, `error`, `method`, `duration`, `timestamp` | each what it says |
//! | `kinds`, `geo`, `geo_table` | closed sets, countries, locations |

#![warn(clippy::missing_errors_doc)]

mod answer;
mod answer_device;
mod call;
mod config;
mod db;
mod device;
mod device_book;
mod devices;
mod dispatch;
mod duration;
mod error;
mod fault;
mod fields;
mod geo;
mod geo_table;
mod kinds;
mod limit;
mod log;
mod login;
mod method;
mod partner;
mod reach;
mod read;
mod record;
mod reply;
mod role;
mod rpc;
mod server;
mod spoil;
mod store;
mod tenant;
mod timer;
mod timestamp;
mod user;
mod user_book;
mod users;
mod visa;
mod wide;
mod wire;
mod write;

#[cfg(test)]
mod tests;

pub use config::{
    Config, Ids, Lockout, MAX_TENANT, NamePolicy, RateLimit, RemovalPolicy, SettingError, VisaChain,
};
pub use dispatch::VERSION;
pub use error::{ErrorName, ErrorNumbers, SandboxError};
pub use fault::{FaultError, FaultKind, FaultSpec, KINDS, KindHelp, Strike};
pub use log::{LogError, RequestLog};
pub use method::Method;
pub use partner::PartnerView;
pub use record::{Done, LogRecord};
pub use reply::{Deferred, FaultAction, Reply, Request};
pub use rpc::Sandbox;
pub use server::{Server, ServerError, bind};
pub use tenant::{
    ACCOUNT_ID, ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, LOW_USER, SCOPED_PARTNER,
    SCOPED_USER,
};
pub use timestamp::Timestamp;

/// The example of the README, held against the code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
