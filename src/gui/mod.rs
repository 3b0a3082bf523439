//! The page in the browser: the second face of the flow, served by the program itself on loopback. A
//! list is dropped, understood, mended, planned, run, watched and handed back; nothing is decided here
//! that the command line would decide otherwise.
//!
//! `api.md` says what page and process say to each other, `page/` is the page. Knows HTTP and no
//! terminal, and opens no path that comes from the page.

mod app;
mod assets;
mod brought;
mod door;
mod fault;
mod files;
mod guard;
mod hub;
mod launch;
mod lists;
mod made;
mod plans;
mod routes;
mod runs;
mod server;
mod session;
mod setup;
mod slim;
mod target;
mod wire;

pub use server::serve;
pub use setup::{Opening, Said, Setup};
