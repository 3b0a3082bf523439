//! What people see in a terminal of what the use cases say.

pub mod advice;
pub mod ended;
pub mod face;
pub mod question;
