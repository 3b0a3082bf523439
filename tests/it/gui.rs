//! `gui`: the process of the page, spoken to over its socket.
//!
//! | file | what |
//! |---|---|
//! | `page` | a running process, and what a browser would send it |
//! | `coming_in` | who may come in: hostile pages, other names, no secret; each demand of its own |
//! | `deciding` | what a user decides beside the cells: one value for a field, an approved plan, a log-in, an outage |
//! | `door` | floods of connections, requests that never end, a file that is handed in |
//! | `keeping` | what is kept: never another mend than the one that was taken, none lost, none written elsewhere |
//! | `working` | a list from its upload to the files of its run, and what must outlive a kill |

mod coming_in;
mod deciding;
mod door;
mod keeping;
mod page;
mod working;
