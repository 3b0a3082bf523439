//! `gui`: the process of the page, spoken to over its socket.
//!
//! | file | what |
//! |---|---|
//! | `page` | a running process, and what a browser would send it |
//! | `coming_in` | who may come in: hostile pages, other names, no secret; each demand of its own |
//! | `continued` | a run that was stopped and goes on, whatever became of its list meanwhile |
//! | `deciding` | what a user decides beside the cells: one value for a field, an approved plan, a login, an outage |
//! | `door` | floods of connections, requests that never end, a file that is handed in |
//! | `keeping` | what is kept: never another mend than the one that was taken, none lost, none written elsewhere |
//! | `said` | what is said of a list beside its cells: shown as it is sent, and taken back |
//! | `working` | a list from its upload to the files of its run, and what must outlive a kill |

mod coming_in;
mod continued;
mod deciding;
mod door;
mod keeping;
mod page;
mod said;
mod working;
