//! Typed calls of the management service: transport, wire format, session, rate, and what each
//! answer means.
//!
//! Knows nothing of plans and journals, and of no file but
//! the one in which processes share the rate. One attempt is one request here; whether it is made
//! again is decided by the layers above.

pub mod address;
pub mod answer;
mod before_removal;
mod certificate;
pub mod classify;
pub mod client;
mod departures;
mod deployment;
pub mod errors;
mod escapes;
mod evenly;
pub mod http;
mod lease;
pub mod listed;
pub mod method;
pub mod network;
pub mod notify;
pub mod pace;
mod parts;
pub mod pulse;
pub mod rate;
mod reads;
pub mod redact;
pub mod role;
pub mod secret;
pub mod session;
pub mod slots;
pub mod transport;
pub mod watched;
pub mod wire;

pub use answer::Answer;
pub use classify::{Trouble, classify};
pub use client::{Client, ClientSettings, Created};
pub use departures::Ticket;
pub use errors::ServerError;
pub use http::HttpTransport;
pub use lease::Lease;
pub use listed::TenantPartner;
pub use method::Method;
pub use network::{Network, ProxyUrl};
pub use notify::{HookUrl, HookUrlError, Messenger};
pub use pace::Pacer;
pub use pulse::{Pulse, Sample};
pub use rate::Rate;
pub use redact::Redactor;
pub use role::Role;
pub use secret::{Credentials, Secret};
pub use slots::SharedSlots;
pub use transport::{Failure, Reply, Room, Transport};
