//! The JSON of customers.
