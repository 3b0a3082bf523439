//! The use cases: open, check, plan, agree, begin, carry out, take back. What a face (words in a
//! terminal, a page) is made of: values in, one stream of events out, one control in. Knows neither
//! people's terminals nor environment nor exit codes.

pub mod clock;
pub mod digest;
pub mod failure;
